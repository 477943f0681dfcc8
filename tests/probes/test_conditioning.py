import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan import seeding
from aegan.probes.conditioning import CHUNK_SIZE, compute_jacobians, log_condition_numbers


def conv():
    return nn.Sequential(
        nn.Linear(5, 32),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (2, 4, 4)),
        nn.BatchNorm2d(2).eval(),
        nn.ConvTranspose2d(2, 3, kernel_size=4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(3, 1, kernel_size=3, padding=1),
        nn.Sigmoid(),
    )


def dense():
    return nn.Sequential(nn.Linear(5, 9), nn.Tanh(), nn.Linear(9, 4))  # fewer outputs than codes


def codes(count):
    return torch.randn(count, 5, generator=seeding.torch_generator(0, "test"), dtype=torch.float64)


@pytest.fixture(params=[conv, dense])
def generator(request):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return request.param().double()


@pytest.mark.parametrize("count", [1, CHUNK_SIZE + 1])
def test_jacobians_are_those_of_reverse_mode_code_by_code(generator, count):
    z = codes(count)
    twin = torch.stack(
        [torch.autograd.functional.jacobian(lambda code: generator(code[None]).flatten(), code) for code in z]
    )
    found = compute_jacobians(generator, z)
    assert_close(found, twin, rtol=1e-10, atol=1e-14)
    assert not found.requires_grad


def test_log_condition_is_that_of_the_metric_tensor(generator):
    z = codes(CHUNK_SIZE + 3)
    J = compute_jacobians(generator, z)
    metric = J.mT @ J if J.shape[1] >= 5 else J @ J.mT
    eigenvalues = torch.linalg.eigvalsh(metric)
    assert_close(
        log_condition_numbers(generator, z), (eigenvalues[:, -1] / eigenvalues[:, 0]).log10(), rtol=1e-7, atol=0
    )


def test_a_linear_map_has_the_condition_of_its_matrix_everywhere():
    linear = nn.Linear(3, 3, bias=False).double()
    linear.weight.data = torch.diag(torch.tensor([100.0, 10.0, 1.0]).double())
    z = torch.randn(4, 3, generator=seeding.torch_generator(0, "test"), dtype=torch.float64)
    assert_close(log_condition_numbers(linear, z), torch.full((4,), 4.0).double(), rtol=1e-12, atol=0)
    assert_close(compute_jacobians(linear, z), linear.weight.detach().expand(4, 3, 3))


def test_a_conformal_map_has_condition_one():
    turn = nn.Linear(2, 2, bias=False).double()
    turn.weight.data = 3 * torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    assert_close(log_condition_numbers(turn, torch.ones(1, 2).double()), torch.zeros(1).double(), rtol=0, atol=1e-12)


def test_a_direction_that_is_lost_makes_it_infinite():
    lost = nn.Linear(2, 3, bias=False).double()
    lost.weight.data[:, 1] = 0
    assert log_condition_numbers(lost, torch.ones(1, 2).double()) == torch.inf
    lost.weight.data.zero_()
    assert log_condition_numbers(lost, torch.ones(1, 2).double()) == torch.inf


def test_a_generator_that_does_not_map_each_code_on_its_own_is_refused():
    batched = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)).double()
    with pytest.raises((RuntimeError, ValueError)):
        compute_jacobians(batched, codes(3))
    random = nn.Sequential(nn.Linear(5, 4), nn.Dropout()).double()
    with pytest.raises(RuntimeError, match="random"):
        compute_jacobians(random, codes(3))
