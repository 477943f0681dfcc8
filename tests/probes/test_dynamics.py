import cmath

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes import arnoldi, dynamics
from aegan.probes.dynamics import Jacobian, compute_field
from aegan.probes.parameter_vectors import move_parameters
from aegan.probes.path_angle import measure_path_angle


def rng(seed=0):
    return seeding.torch_generator(seed, "test")


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=rng(seed), dtype=torch.float64)


def quadratic(M):
    """A game on ω = (x, y) whose field is M ω, for an M whose diagonal blocks are symmetric."""
    half = len(M) // 2
    x, y = torch.zeros(half).double().requires_grad_(), torch.zeros(half).double().requires_grad_()
    A, B, C, D = M[:half, :half], M[:half, half:], M[half:, :half], M[half:, half:]
    return [([x], lambda: x @ A @ x / 2 + x @ B @ y), ([y], lambda: y @ D @ y / 2 + y @ C @ x)]


def game_matrix(half, seed=0):
    M = draw(2 * half, 2 * half, seed=seed)
    for block in (M[:half, :half], M[half:, half:]):
        block.copy_((block + block.T) / 2)
    return M


def gan(hidden=4, gamma=1.0):
    """A small GAN on points of the plane, with softplus losses and R1; returns its modules and its players."""
    generator = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 2)).double()
    judge = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
    for number, parameter in enumerate([*generator.parameters(), *judge.parameters()]):
        parameter.data = draw(*parameter.shape, seed=number)
    z, real = draw(6, 2, seed=50), draw(6, 2, seed=51)

    def judge_loss():
        x = real.clone().requires_grad_()
        logits = judge(x)
        (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
        penalty = gamma / 2 * slope.square().sum(1).mean()
        return softplus(-logits).mean() + softplus(judge(generator(z))).mean() + penalty

    players = [
        (list(generator.parameters()), lambda: softplus(-judge(generator(z))).mean()),
        (list(judge.parameters()), judge_loss),
    ]
    return (generator, judge), players


def parameters_of(players):
    return [parameter for own, _ in players for parameter in own]


def current(players):
    return torch.cat([parameter.detach().flatten() for parameter in parameters_of(players)])


def differences(players, step=1e-5):
    """The Jacobian by central differences of the field that loss.backward() gives."""
    omega = current(players)

    def plain(point):
        with move_parameters(parameters_of(players), point):
            parts = []
            for own, loss in players:
                for parameter in parameters_of(players):
                    parameter.grad = None
                loss().backward()
                parts += [parameter.grad.flatten() for parameter in own]
            return torch.cat(parts)

    axes = step * torch.eye(len(omega)).double()
    columns = [(plain(omega + axis) - plain(omega - axis)) / (2 * step) for axis in axes]
    for parameter in parameters_of(players):
        parameter.grad = None
    return torch.stack(columns, dim=1)


@pytest.fixture(params=["written out", "matrix-free"])
def route(request, monkeypatch):
    """Both ways to eigenvalues and shares: small games take the dense one unless told otherwise."""
    if request.param == "matrix-free":
        monkeypatch.setattr(dynamics, "DENSE_LIMIT", 0)
    return request.param


def test_field_is_every_players_own_plain_gradient():
    _, players = gan()
    expected = []
    for own, loss in players:
        loss().backward()
        expected += [parameter.grad.flatten().clone() for parameter in own]
        for parameter in parameters_of(players):
            parameter.grad = None
    assert_close(compute_field(players), torch.cat(expected), rtol=1e-10, atol=0)


def test_products_of_a_quadratic_game_are_those_of_its_matrix():
    M, u = game_matrix(4), draw(8, seed=9)
    players = quadratic(M)
    with move_parameters(parameters_of(players), draw(8, seed=5)):
        H = Jacobian(players)
        assert_close(compute_field(players), M @ current(players), rtol=1e-10, atol=1e-12)
        assert_close(H.matrix(), M, rtol=1e-10, atol=1e-12)
        assert_close(H.jvp(u), M @ u, rtol=1e-10, atol=1e-12)
        assert_close(H.vjp(u), M.T @ u, rtol=1e-10, atol=1e-12)


def test_products_of_a_gan_agree_with_its_matrix_and_with_differences():
    _, players = gan()
    H = Jacobian(players)
    matrix, u = H.matrix(), draw(len(current(players)), seed=9)
    assert_close(H.jvp(u), matrix @ u, rtol=1e-10, atol=1e-12)
    assert_close(H.vjp(u), matrix.T @ u, rtol=1e-10, atol=1e-12)
    assert_close(matrix, differences(players), rtol=1e-6, atol=1e-8)
    assert not torch.allclose(matrix, matrix.T)


def test_a_loss_that_does_not_see_a_player_has_zeros_there():
    x, y = torch.ones(2).double().requires_grad_(), torch.ones(1).double().requires_grad_()
    H = Jacobian([([x], lambda: x.square().sum()), ([y], lambda: y.square().sum() / 2)])
    assert_close(H.matrix(), torch.diag(torch.tensor([2.0, 2.0, 1.0])).double())


def test_a_parameter_of_two_players_is_refused():
    x = torch.ones(1, requires_grad=True)
    with pytest.raises(InputError, match="belongs to two"):
        Jacobian([([x], x.square), ([x], x.square)])


def dirac(gamma=None):
    """Mescheder 2018: real data at 0, fake data at θ, D(x) = ψx, f(t) = −log(1 + exp(−t)), so f'(0) = 1/2."""
    judge = nn.Linear(1, 1, bias=False).double()
    theta = torch.zeros(1, 1).double().requires_grad_()
    judge.weight.data.zero_()

    def judge_loss():
        real = torch.zeros(1, 1).double().requires_grad_()
        value = softplus(-judge(theta)) + softplus(-judge(real))
        if gamma is None:
            return value
        (slope,) = torch.autograd.grad(judge(real), real, create_graph=True)
        return value + gamma / 2 * slope.square()

    return [([theta], lambda: -softplus(-judge(theta))), (list(judge.parameters()), judge_loss)]


@pytest.mark.parametrize("gamma", [None, 0.3, 4.0])
def test_spectrum_of_the_dirac_gan(gamma):
    """The descent field −v has ±i f'(0), with R1 −γ/2 ± √(γ²/4 − f'(0)²) (Mescheder 2018)."""
    found = -Jacobian(dirac(gamma)).eigenvalues(2, rng())
    half = (gamma or 0) / 2
    root = cmath.sqrt(half**2 - 0.5**2)
    expected = torch.tensor([-half - root, -half + root], dtype=torch.complex128)
    nearest = (found[:, None] - expected).abs().min(dim=1).indices  # those of equal modulus come in either order
    assert sorted(nearest.tolist()) == [0, 1]
    assert_close(found, expected[nearest], rtol=1e-10, atol=1e-10)


def test_the_dirac_gan_turns_and_r1_pulls_it_in():
    assert Jacobian(dirac()).symplectic_share(rng()) == torch.inf
    # H = [[0, 1/2], [−1/2, γ]]: ‖A‖ = √(1/2), ‖S‖ = γ
    assert_close(Jacobian(dirac(2.0)).symplectic_share(rng()), torch.tensor(0.125).double().sqrt(), rtol=1e-10, atol=0)


def test_eigenvalues_are_those_of_the_matrix(route, monkeypatch):
    monkeypatch.setattr(arnoldi, "TOLERANCE", 1e-12)
    _, players = gan()
    H = Jacobian(players)
    expected = torch.linalg.eigvals(H.matrix())
    expected = expected[expected.abs().argsort(descending=True)]
    found = H.eigenvalues(6, rng())
    assert len(found) == (6 if route == "matrix-free" else len(expected))
    assert_close(found.abs()[:6], expected.abs()[:6], rtol=1e-10, atol=0)
    for value in found[:6]:  # conjugates have one modulus, so either may come first
        assert (expected - value).abs().min() < 1e-10


def test_a_game_too_large_to_write_out_gives_the_k_largest():
    M = game_matrix(300)
    assert len(M) > dynamics.DENSE_LIMIT
    M[:6, :6] += torch.diag(torch.tensor([200.0, 180.0, 160.0, 140.0, 120.0, 100.0]).double())
    players = quadratic(M)
    expected = torch.linalg.eigvals(M)
    expected = expected[expected.abs().argsort(descending=True)][:4]
    found = Jacobian(players).eigenvalues(4, rng())
    assert_close(found, expected, rtol=arnoldi.TOLERANCE, atol=0)
    assert_close(Jacobian(players).eigenvalues(4, rng()), found, rtol=0, atol=0)


def test_what_did_not_converge_is_not_made_up(monkeypatch):
    monkeypatch.setattr(arnoldi, "TOLERANCE", 1e-10)
    M = game_matrix(300, seed=3)
    H = Jacobian(quadratic(M))
    found = H.eigenvalues(20, rng())
    assert len(found) < 20
    for value in found:
        assert (torch.linalg.eigvals(M) - value).abs().min() < 1e-6
    assert H.rotation(rng()).isnan()


def crowded_game(half=60):
    """A game that rotates at 0.79 ± 0.68i, and has real eigenvalues from 1 to 1000 otherwise, in random coordinates."""
    A, D = (torch.diag(torch.cat([torch.tensor([0.79]), torch.logspace(0, 3, half - 1)])).double() for _ in range(2))
    B = torch.zeros(half, half).double()
    B[0, 0] = 0.68
    first, second = (torch.linalg.qr(draw(half, half, seed=seed)).Q for seed in (1, 2))
    corners = first @ A @ first.T, first @ B @ second.T, -second @ B.T @ first.T, second @ D @ second.T
    return torch.cat([torch.cat(corners[:2], 1), torch.cat(corners[2:], 1)])


def test_a_small_rotation_is_found_though_large_real_eigenvalues_crowd_it_out(route):
    H = Jacobian(quadratic(crowded_game()))
    largest = H.eigenvalues(20, rng())[:20]
    assert (largest.imag.abs() < 1e-9).all(), "a search by modulus misses it"
    expected = torch.tensor(complex(0.79, 0.68), dtype=torch.complex128)
    assert_close(H.rotation(rng()), expected, rtol=arnoldi.TOLERANCE, atol=0)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 10.0])
@pytest.mark.parametrize("hidden", [4, 24])
def test_rotation_of_a_gan_is_that_of_a_dense_solver(monkeypatch, hidden, gamma):
    """R1 gives the discriminator large real eigenvalues: with γ = 10, 52 of 219 are larger than the first complex."""
    _, players = gan(hidden, gamma)
    exact = torch.linalg.eigvals(Jacobian(players).matrix())
    expected = exact[exact.imag.argmax()]
    assert len(exact) <= 300
    assert expected.imag > 0.01
    assert_close(Jacobian(players).rotation(rng()), expected, rtol=1e-10, atol=0)
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 0)
    assert_close(Jacobian(players).rotation(rng()), expected, rtol=arnoldi.TOLERANCE, atol=0)


def test_a_slow_rotation_inside_a_real_spectrum_that_the_space_does_not_hold_is_not_called_none():
    M = torch.diag(torch.linspace(0.1, 100, 800).double())
    assert Jacobian(quadratic(M)).rotation(rng()) == 0  # symmetric
    M[0, 0] = M[400, 400] = 50.0
    M[0, 400], M[400, 0] = 0.05, -0.05
    assert Jacobian(quadratic(M)).rotation(rng()).isnan()


def test_a_potential_game_does_not_rotate(route):
    M = game_matrix(20)
    assert Jacobian(quadratic(M + M.T)).rotation(rng()).imag.abs() < 1e-9


def test_eigenvalues_and_rotation_share_their_products(monkeypatch):
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 0)
    H, calls = Jacobian(quadratic(crowded_game())), []
    monkeypatch.setattr(H, "vjp", lambda u, multiply=H.vjp: calls.append(None) or multiply(u))
    H.eigenvalues(10, rng())
    done = len(calls)
    H.rotation(rng())
    assert done < len(calls) <= 120, "the second search goes on where the first ended"


def test_symplectic_share_is_its_definition():
    _, players = gan()
    H = Jacobian(players).matrix()
    assert_close(Jacobian(players).symplectic_share(rng()), (H - H.T).norm() / (H + H.T).norm(), rtol=1e-10, atol=0)


def test_symplectic_share_of_pure_games(route):
    M = game_matrix(5)
    potential, hamiltonian = quadratic(M + M.T), quadratic(M - M.T)
    assert_close(Jacobian(potential).symplectic_share(rng()), torch.zeros(()).double(), rtol=0, atol=1e-10)
    assert Jacobian(hamiltonian).symplectic_share(rng()) > 1e10


def test_symplectic_share_is_estimated_without_bias_by_few_products(monkeypatch):
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 0)
    M = game_matrix(20, seed=2)
    players = quadratic(M)
    exact = (M - M.T).norm() / (M + M.T).norm()
    assert_close(Jacobian(players).symplectic_share(rng(), draws=8), exact, rtol=0.2, atol=0)
    assert_close(Jacobian(players).symplectic_share(rng(), draws=600), exact, rtol=0.03, atol=0)


def test_the_parameters_come_back_to_the_bit_after_an_error_too():
    _, players = gan()
    before = [parameter.detach().clone() for parameter in parameters_of(players)]
    versions = [parameter._version for parameter in parameters_of(players)]
    calls = []

    def failing():
        calls.append(None)
        raise KeyError("a loss of the user's")

    broken = [players[0], (players[1][0], failing)]
    with pytest.raises(KeyError):
        measure_path_angle(broken, (current(players), draw(len(current(players)))), [0.5])
    assert calls
    for parameter, value, version in zip(parameters_of(players), before, versions, strict=True):
        assert torch.equal(parameter, value)
        assert parameter._version == version


def test_frozen_parameters_have_no_part_in_the_field():
    (generator, _), players = gan()
    whole, everything = compute_field(players), Jacobian(players).matrix()
    generator[0].weight.requires_grad_(requires_grad=False)
    kept = torch.arange(len(whole)) >= generator[0].weight.numel()
    assert_close(compute_field(players), whole[kept], rtol=0, atol=0)
    H = Jacobian(players)
    assert_close(H.matrix(), everything[kept][:, kept], rtol=1e-12, atol=1e-15)
    assert len(H.parameters) == len(parameters_of(players)) - 1
    ends = whole[kept], 2 * whole[kept]
    assert measure_path_angle(players, ends, [0.5]).norm.shape == (1,)
    with pytest.raises(InputError, match=rf"ends: has shape \({len(whole)},\).*{int(kept.sum())} numbers"):
        measure_path_angle(players, (whole, whole), [0.5])


@pytest.mark.parametrize("caller", [torch.no_grad, torch.inference_mode])
def test_the_dynamics_do_not_depend_on_the_caller(caller):
    _, players = gan()
    field, matrix, u = compute_field(players), Jacobian(players).matrix(), draw(len(current(players)), seed=9)
    product = Jacobian(players).jvp(u)
    with caller():
        assert_close(compute_field(players), field, rtol=0, atol=0)
        H = Jacobian(players)
        assert_close(H.matrix(), matrix, rtol=0, atol=0)
        assert_close(H.jvp(u), product, rtol=0, atol=0)
        assert measure_path_angle(players, (u, 2 * u), [0.0]).norm > 0


def test_a_game_that_is_not_finite_has_nan(route):
    (generator, _), players = gan()
    generator[0].weight.data[0, 0] = torch.nan
    H = Jacobian(players)
    assert compute_field(players).isnan().any()
    assert H.eigenvalues(4, rng()).isnan().all()
    assert H.rotation(rng()).isnan()
    assert len(H.eigenvalues(4, rng())) == (4 if route == "matrix-free" else len(current(players)))
    assert H.symplectic_share(rng()).isnan()


def test_losses_that_are_linear_have_a_jacobian_of_zeros(route):
    x = torch.ones(30).double().requires_grad_()
    H = Jacobian([([x], lambda: 3 * x.sum())])
    assert_close(H.jvp(draw(30)), torch.zeros(30).double())
    assert (H.eigenvalues(4, rng()) == 0).all()
    assert H.rotation(rng()) == 0
    assert len(H.eigenvalues(0, rng())) == (0 if route == "matrix-free" else 30)


def test_all_eigenvalues_of_a_small_game_can_be_had(monkeypatch):
    monkeypatch.setattr(dynamics, "DENSE_LIMIT", 0)
    _, players = gan()
    assert len(Jacobian(players).eigenvalues(len(current(players)), rng())) == len(current(players))


def test_recurrent_layers_and_attention_have_a_jacobian():
    for net in (nn.LSTM(2, 3), nn.TransformerEncoderLayer(2, 1, 4, batch_first=True).eval()):
        double, x = net.double(), draw(1, 3, 2)
        own = list(double.parameters())

        def loss(double=double, x=x):
            output = double(x)
            return (output[0] if isinstance(output, tuple) else output).square().mean()

        H = Jacobian([(own, loss)])
        u = draw(sum(parameter.numel() for parameter in own), seed=9)
        matrix = H.matrix()
        assert_close(H.jvp(u), matrix @ u, rtol=1e-9, atol=1e-12)
        assert_close(matrix, matrix.T, rtol=1e-9, atol=1e-12)
        assert matrix.abs().max() > 0


def test_arguments_are_checked_at_the_door():
    x = torch.ones(2).double().requires_grad_()
    square = lambda: x.square().sum()  # noqa: E731
    with pytest.raises(InputError, match=r"loss of player 0: returns shape \(2,\)"):
        compute_field([([x], lambda: x * 2)])
    with pytest.raises(InputError, match="loss of player 0: returns a tensor without a graph"):
        compute_field([([x], lambda: square().detach())])
    with pytest.raises(InputError, match="loss of player 1: depends on none of its parameters"):
        compute_field([([x], square), ([torch.ones(1, requires_grad=True)], square)])
    H = Jacobian([([x], square)])
    for u in (torch.ones(3), torch.ones(2, 1)):
        with pytest.raises(InputError, match="u: has shape"):
            H.vjp(u)
        with pytest.raises(InputError, match="u: has shape"):
            H.jvp(u)
    assert_close(H.jvp(torch.ones(2)), torch.full((2,), 2.0).double())  # in another type
    with pytest.raises(InputError, match="k: is -1"):
        H.eigenvalues(-1, rng())
    with pytest.raises(InputError, match="draws: is 0"):
        H.symplectic_share(rng(), draws=0)
    with pytest.raises(InputError, match="alphas: there are none"):
        measure_path_angle([([x], square)], (x, x), [])
