import pytest
import torch
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.networks.initialise import initialise_module
from aegan.networks.quantisation import Codebook, straight_through


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def codebook():
    """Three vectors in the plane, for codes of two pieces."""
    made = Codebook(4, 3, 2)
    made.entries.weight.data = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    return made


CODES = torch.tensor([[0.4, 0.1, 0.1, 1.5], [9.0, 0.0, -1.0, -1.0]])


def test_pieces_are_replaced_by_the_nearest_vectors(codebook):
    assert codebook.find_indices(CODES).tolist() == [[0, 2], [1, 0]]
    assert_close(codebook.quantise(CODES), torch.tensor([[0.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0]]))
    assert_close(codebook(CODES), codebook.quantise(CODES))
    assert_close(codebook(codebook(CODES)), codebook(CODES))


def test_the_nearest_are_those_of_a_plain_loop():
    codebook = initialise_module(lambda: Codebook(12, 17, 3), rng()).double()
    codes = 0.05 * torch.randn(20, 12, generator=rng(), dtype=torch.float64)
    vectors = codebook.entries.weight
    for code, found in zip(codes, codebook.find_indices(codes), strict=True):
        for piece, index in zip(code.split(3), found, strict=True):
            assert index == min(range(17), key=lambda i, piece=piece: (vectors[i] - piece).square().sum().item())


def test_the_gradient_goes_straight_through(codebook):
    codes, ahead = CODES.clone().requires_grad_(), torch.randn(2, 4, generator=rng())
    (slope,) = torch.autograd.grad(codebook(codes), codes, ahead)
    assert torch.equal(slope, ahead)
    (slope,) = torch.autograd.grad(straight_through(codes, torch.zeros(2, 4)).square().sum(), codes)
    assert_close(slope, torch.zeros(2, 4))  # taken where the vectors are, not where the codes are


def test_the_vectors_learn_through_what_they_stand_for(codebook):
    (slope,) = torch.autograd.grad(codebook.quantise(CODES).sum(), codebook.entries.weight)
    assert slope.tolist() == [[2, 2], [1, 1], [1, 1]]


def test_a_width_that_does_not_divide_a_code_is_named():
    with pytest.raises(InputError, match="width: 5 does not divide the 32 numbers of a code"):
        Codebook(32, 8, 5)
