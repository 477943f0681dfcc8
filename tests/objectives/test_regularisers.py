import itertools
import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.networks.initialise import initialise_module
from aegan.objectives.regularisers import estimate_jacobian_norm, estimate_squared_mmd, pulling_away_term


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def net(outputs):
    """A small curved net from three numbers, in float64."""
    layers = [nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, outputs)]
    return initialise_module(lambda: nn.Sequential(*layers), rng()).double()


def exact(function, data):
    """Mean over the rows of the squared Frobenius norm of the Jacobian, row by row."""
    return torch.stack([torch.func.jacrev(function)(row).square().sum() for row in data]).mean()


def data(count):
    return torch.randn(count, 3, generator=rng(1), dtype=torch.float64)


def test_with_a_single_output_the_estimate_is_the_norm_itself():
    function = net(1)
    outputs, slopes = estimate_jacobian_norm(function, data(7), rng())
    assert_close(outputs, function(data(7)))
    assert_close(slopes, exact(function, data(7)))


def test_the_estimate_is_unbiased():
    function, points = net(4), data(2)
    expected = exact(function, points)
    draws = torch.stack([estimate_jacobian_norm(function, points, rng(seed))[1].detach() for seed in range(2000)])
    error = draws.std() / len(draws) ** 0.5
    assert 0 < error < expected / 50
    assert abs(draws.mean() - expected) < 4 * error


def test_its_gradient_is_that_of_the_norm():
    function, points = net(1), data(7)
    parameters = list(function.parameters())[:-1]  # the last bias moves no slope
    measured = torch.autograd.grad(estimate_jacobian_norm(function, points, rng())[1], parameters)
    for estimate, by_hand in zip(measured, torch.autograd.grad(exact(function, points), parameters), strict=True):
        assert_close(estimate, by_hand)


def test_inputs_that_depend_on_parameters_keep_doing_so():
    scale = torch.tensor(1.5, requires_grad=True)
    _, slopes = estimate_jacobian_norm(torch.square, scale * torch.tensor([[1.0], [2.0]]), rng())
    assert_close(slopes, torch.tensor((3.0**2 + 6.0**2) / 2))
    assert_close(torch.autograd.grad(slopes, scale)[0], torch.tensor(2 * 1.5 * (2.0**2 + 4.0**2) / 2))


def loop(first, second, scale):
    def kernel(x, y):
        return scale / (scale + (x - y).square().sum())

    n = len(first)
    within = sum(kernel(a[i], a[j]) for a in (first, second) for i, j in itertools.permutations(range(n), 2))
    between = sum(kernel(x, y) for x in first for y in second)
    return within / (n * (n - 1)) - 2 * between / n**2


@pytest.mark.parametrize("scale", [0.5, 6.0])
def test_the_discrepancy_is_that_of_a_plain_double_loop(scale):
    first, second = data(6), data(12)[6:] + 1
    assert_close(estimate_squared_mmd(first, second, scale), loop(first, second, scale))


def test_the_discrepancy_is_zero_on_average_for_equal_distributions_and_large_for_distant_ones():
    draws = [torch.randn(40, 2, generator=rng(seed), dtype=torch.float64) for seed in range(400)]
    values = torch.stack([estimate_squared_mmd(*pair, 4.0) for pair in zip(draws[::2], draws[1::2], strict=True)])
    assert abs(values.mean()) < 4 * values.std() / len(values) ** 0.5
    assert values.min() < 0 < values.max()  # an estimate without bias takes either sign
    assert estimate_squared_mmd(draws[0], draws[1] + 3, 4.0) > 20 * values.std()


def test_the_discrepancy_pulls_codes_to_the_others():
    codes = (data(30)[:, :2] + 2).requires_grad_()
    others = data(60)[30:, :2]
    (slope,) = torch.autograd.grad(estimate_squared_mmd(codes, others, 4.0), codes)
    assert (slope.sum(0) > 0).all()  # downhill, the codes' mean goes back to zero


@pytest.mark.parametrize("angle", [0.0, 0.7, math.pi / 2, math.pi])
def test_the_pulling_away_term_of_two_codes_is_their_squared_cosine(angle):
    codes = torch.tensor([[2.0, 0.0], [5 * math.cos(angle), 5 * math.sin(angle)]], dtype=torch.float64)
    assert_close(pulling_away_term(codes), torch.tensor(math.cos(angle) ** 2).double())


def test_the_pulling_away_term_by_its_equation():
    codes = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    pairs = [
        (codes[i] @ codes[j] / (codes[i].norm() * codes[j].norm())) ** 2 for i in range(5) for j in range(5) if i != j
    ]
    term = pulling_away_term(codes)
    assert_close(term, torch.stack(pairs).mean())
    (slope,) = torch.autograd.grad(term, codes)
    assert pulling_away_term(codes - 0.1 * slope) < term, "descent pulls the codes away from each other"
    lost = torch.zeros(2, 3).requires_grad_()  # the codes of an encoder whose units are all dead
    assert torch.isfinite(torch.autograd.grad(pulling_away_term(lost), lost)[0]).all()
