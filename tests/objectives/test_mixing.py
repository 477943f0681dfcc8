import math

import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.mixing import MAX_FACTOR, measure_gradient, scale_to_share


def weights():
    return [torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0], requires_grad=True)]


def test_the_norm_of_a_gradient_by_hand():
    first, second = own = weights()
    assert_close(measure_gradient(3 * first.sum() + 4 * second.sum(), own).item(), math.sqrt(9 + 9 + 16))
    assert measure_gradient(second.sum(), own).item() == 1.0  # the other parameter has no part in it


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_term_has_its_share_of_the_gradient(share):
    first, second = own = weights()
    rest = (first.square().sum() + 100 * second.sum()) * 1e-3
    scaled = scale_to_share(7 * first.sum(), rest, own, share)
    norms = [measure_gradient(loss, own) for loss in (scaled, rest)]
    assert_close((norms[0] / sum(norms)).item(), share, rtol=1e-5, atol=0)


def test_no_gradient_flows_through_the_factor():
    first, _ = own = weights()
    rest = first.pow(3).sum()
    scaled = scale_to_share(first.sum(), rest, own, 0.5)
    (gradient,) = torch.autograd.grad(scaled, first)
    factor = math.hypot(3, 12) / (math.sqrt(2) + 1e-6)
    assert_close(gradient, torch.full((2,), factor))
    assert_close(scaled.item(), 3 * factor)


def test_the_factor_is_bounded_and_follows_a_rest_that_vanishes():
    first, second = own = weights()
    assert_close(scale_to_share(0 * first.sum() + 2.0, second.sum(), own, 0.5).item(), 2 * MAX_FACTOR)
    assert scale_to_share(first.sum(), 0 * second.sum(), own, 0.5).item() == 0.0
    faint = scale_to_share(first.sum(), 1e-25 * second.sum(), own, 0.5).item()  # its square is zero in float32
    assert_close(faint, 3e-25 / math.sqrt(2), rtol=1e-5, atol=0)


def curved():
    """A term, a rest and their weights, float64."""
    own = [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in ([1.0, 2.0], [3.0])]
    return own[0].pow(4).sum() * own[1].sum(), (own[0].sum() * own[1].square().sum()).exp() * 1e-9, own


def gradient_of_scaled(values, share):
    """The gradient of the scaled term at some values (3,), the factor following them."""
    first, second = own = [part.detach().requires_grad_() for part in values.split([2, 1])]
    term, rest = first.pow(4).sum() * second.sum(), (first.sum() * second.square().sum()).exp() * 1e-9
    return torch.cat(torch.autograd.grad(scale_to_share(term, rest, own, share), own))


@pytest.mark.parametrize(("share", "follows"), [(0.5, True), (1 - 1e-9, False)])
def test_the_gradient_can_be_differentiated_with_its_factor_and_its_bound(share, follows):
    term, rest, own = curved()
    scaled = scale_to_share(term, rest, own, share, differentiable=True)
    gradient = torch.cat(torch.autograd.grad(scaled, own, create_graph=True))
    at = torch.cat([one.detach() for one in own])
    assert torch.equal(gradient, gradient_of_scaled(at, share))  # none flows through the factor at first
    steps = 1e-6 * torch.eye(3, dtype=torch.float64)
    expected = torch.stack(
        [(gradient_of_scaled(at + h, share) - gradient_of_scaled(at - h, share)) / 2e-6 for h in steps]
    )
    found = torch.stack(
        [torch.cat(torch.autograd.grad(entry, own, retain_graph=True, materialize_grads=True)) for entry in gradient]
    )
    assert_close(found, expected.T, rtol=1e-5, atol=1e-6 * expected.abs().max().item())
    # negative control: with the factor held it is another one, unless the factor is at its bound
    held = torch.cat(torch.autograd.grad(scale_to_share(term, rest, own, share), own, create_graph=True))
    other = torch.stack([torch.cat(torch.autograd.grad(entry, own, retain_graph=True)) for entry in held])
    assert (torch.linalg.norm(other - found) > 0.1 * torch.linalg.norm(found)) == follows


def test_a_rest_without_gradient_has_a_differentiable_factor_of_0():
    first, second = own = weights()
    scaled = scale_to_share(first.pow(2).sum(), 0 * (first.sum() + second.pow(2).sum()), own, 0.5, differentiable=True)
    gradient = torch.autograd.grad(scaled, first, create_graph=True)[0]
    assert torch.autograd.grad(gradient.sum(), first)[0].tolist() == [0.0, 0.0]  # and not NaN
