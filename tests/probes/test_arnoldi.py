import pytest
import torch
from torch.testing import assert_close

from aegan.probes.arnoldi import PRODUCTS, TOLERANCE, DenseSpectrum, KrylovSpace, choose_largest, choose_rotation

LARGE = torch.logspace(0, 3, 60)  # real eigenvalues
PAIR = complex(0.79, 0.68)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def make_map(reals, *pairs):
    """A dense matrix with these real eigenvalues and conjugate pairs, and no orthogonal eigenvectors."""
    blocks = [torch.tensor([[pair.real, pair.imag], [-pair.imag, pair.real]]) for pair in pairs]
    matrix = torch.block_diag(torch.diag(reals), *blocks).double()
    basis = torch.eye(len(matrix)) + 0.3 * torch.randn(matrix.shape, generator=rng()).double() / len(matrix) ** 0.5
    return basis @ matrix @ torch.linalg.inv(basis)


def make_space(matrix, **options):
    return KrylovSpace(lambda u: matrix @ u, torch.randn(len(matrix), generator=rng(1)).to(matrix), **options)


def test_the_largest_of_a_diagonal_map_are_found():
    values = torch.cat([torch.linspace(0.1, 1, 36), torch.tensor([20.0, -30.0, 40.0, 50.0])]).double()
    found, converged = make_space(torch.diag(values)).find_eigenvalues(choose_largest(3), 3)
    assert converged.all()
    assert_close(found, torch.tensor([50, 40, -30], dtype=torch.complex128), rtol=TOLERANCE, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_small_pair_is_found_by_its_imaginary_part_among_large_real_eigenvalues(dtype):
    space = make_space(make_map(LARGE, PAIR).to(dtype))
    largest, _ = space.find_eigenvalues(choose_largest(20), 20)
    assert (largest.imag == 0).all(), "the pair is none of the largest, so this test shows something"
    found, converged = space.find_eigenvalues(choose_rotation, 1, looks=3)
    assert converged.all()
    assert_close(found, torch.tensor([PAIR], dtype=torch.complex128), rtol=10 * TOLERANCE, atol=0)


def test_the_larger_imaginary_part_wins_though_the_other_pair_comes_first():
    reals = torch.cat([torch.linspace(0.5, 1.5, 295), torch.tensor([10.0, 20.0, 50.0, 200.0, 1000.0])])
    space = make_space(make_map(reals, complex(500, 0.5), PAIR))
    assert_close(space.find_eigenvalues(choose_rotation, 1)[0].imag.item(), 0.5, rtol=1e-3, atol=0)
    assert_close(space.find_eigenvalues(choose_rotation, 1, looks=3)[0].imag.item(), 0.68, rtol=1e-3, atol=0)


def test_a_symmetric_map_does_not_rotate():
    found, _ = make_space(torch.diag(LARGE).double()).find_eigenvalues(choose_rotation, 1)
    assert len(found) == 0


def test_a_dense_spectrum_is_searched_alike():
    spectrum = DenseSpectrum(make_map(LARGE, PAIR))
    for choose, expected in ((choose_rotation, [PAIR]), (choose_largest(2), [1000, LARGE[-2].item()])):
        found, converged = spectrum.find_eigenvalues(choose, len(expected))
        assert converged.all()
        assert_close(found, torch.tensor(expected, dtype=torch.complex128))
    lost, _ = DenseSpectrum(torch.full((3, 3), torch.nan)).find_eigenvalues(choose_rotation, 1)
    assert lost.isnan().all()


def test_what_has_not_converged_is_marked():
    matrix = make_map(torch.logspace(-3, 3, 300), PAIR)
    found, converged = make_space(matrix, products=25).find_eigenvalues(choose_largest(15), 15)
    errors = (torch.linalg.eigvals(matrix) - found[:, None]).abs().min(dim=1).values / found.abs()
    assert 0 < converged.sum() < 15
    assert errors[converged].max() < 10 * TOLERANCE < errors[~converged].max()


def test_a_space_grows_no_further_than_is_needed():
    calls = []

    def multiply(u):
        calls.append(None)
        return LARGE * u

    space = KrylovSpace(multiply, torch.randn(60, generator=rng()))
    first, _ = space.find_eigenvalues(choose_largest(3), 3)
    assert 0 < len(calls) < 60 < PRODUCTS
    done = len(calls)
    assert torch.equal(space.find_eigenvalues(choose_largest(3), 3)[0], first)
    assert len(space.find_eigenvalues(choose_largest(0), 0)[0]) == 0
    assert len(calls) == done


@pytest.mark.parametrize(("product", "expected"), [(torch.nan, torch.nan), (torch.inf, torch.nan), (0.0, 0.0)])
def test_a_map_that_is_not_finite_has_nan_and_the_zero_map_zeros(product, expected):
    space = KrylovSpace(lambda u: torch.full_like(u, product), torch.randn(40, generator=rng()))
    found, converged = space.find_eigenvalues(choose_largest(3), 3)
    assert converged.all()
    assert_close(found.real, torch.full((3,), expected).double(), equal_nan=True)


def test_a_map_of_few_eigenvalues_has_each_as_often_as_it_is_there():
    values = torch.tensor([3.0] * 4 + [1.0] * 26).double()
    found, _ = KrylovSpace(lambda u: values * u, torch.randn(30, generator=rng()).double()).find_eigenvalues(
        choose_largest(6), 6
    )
    assert_close(found.real, torch.tensor([3.0, 3, 3, 3, 1, 1]).double())
