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
