import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.testing import assert_close

from aegan.catalogue import build
from aegan.objectives.penalties import PENALTIES, r1

REAL = torch.tensor([[0.2, 0.7, 0.1], [0.9, 0.4, 0.3]], dtype=torch.float64)


def linear():
    layer = nn.Linear(3, 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, -2.0, 0.5]]))
    return layer


def quadratic(scale):
    """D(x) = scale/2 |x|², whose slope is scale·x."""
    return lambda x: scale / 2 * x.square().sum(1, keepdim=True)


def test_r1_of_a_linear_discriminator_is_half_gamma_times_its_squared_weights():
    penalty = r1(gamma=3.0)(linear(), REAL, -REAL, torch.Generator())
    assert_close(penalty, torch.tensor(3 / 2 * (1 + 4 + 0.25), dtype=torch.float64))


def test_r1_reaches_the_weights_through_the_second_derivative():
    discriminator = linear()
    penalty = r1(gamma=3.0)(discriminator, REAL, -REAL, torch.Generator())
    (gradient,) = torch.autograd.grad(penalty, discriminator.weight)
    assert_close(gradient, 3.0 * discriminator.weight.detach())


def test_r1_is_the_mean_over_real_rows_only():
    far = torch.full_like(REAL, 1e6)
    penalty = r1(gamma=2.0)(quadratic(4.0), REAL, far, torch.Generator())
    assert_close(penalty, (4.0 * REAL).square().sum(1).mean())


def test_r1_sums_over_every_dimension_of_an_image():
    images = torch.rand(4, 2, 3, 5, dtype=torch.float64)
    penalty = r1(gamma=2.0)(lambda x: quadratic(1.0)(x.flatten(1)), images, images, torch.Generator())
    assert_close(penalty, images.square().sum((1, 2, 3)).mean())


def test_r1_gradient_agrees_with_finite_differences():
    def penalty(scale):
        return r1(gamma=1.5)(quadratic(scale), REAL, REAL, torch.Generator())

    assert torch.autograd.gradcheck(penalty, torch.tensor(1.3, dtype=torch.float64, requires_grad=True))


def test_r1_leaves_the_data_without_gradients():
    real = REAL.clone()
    r1()(linear(), real, real, torch.Generator())
    assert not real.requires_grad
    assert real.grad is None


@pytest.mark.parametrize("gamma", [0, -1.0])
def test_gamma_must_be_positive(gamma):
    with pytest.raises(ValidationError, match="gamma"):
        build(PENALTIES, {"name": "r1", "gamma": gamma})
