import torch
from torch.testing import assert_close

from aegan.objectives.input_gradients import (
    compute_gradient_norms,
    compute_input_gradients,
    compute_mean_squared_norm,
    interpolate_samples,
)

REAL = torch.tensor([[0.2, 0.7, 0.1], [0.9, 0.4, 0.3]], dtype=torch.float64)


FAKE = torch.tensor([[0.5, -0.2, 0.8], [0.0, 1.5, -0.6]], dtype=torch.float64)


def rng():
    return torch.Generator().manual_seed(0)


def quadratic(scale):
    """D(x) = scale/2 |x|², whose slope is scale·x."""
    return lambda x: scale / 2 * x.square().sum(1, keepdim=True)


def test_the_gradient_of_a_quadratic_discriminator_is_its_scaled_input():
    assert_close(compute_input_gradients(quadratic(3.0), REAL), 3 * REAL)
    assert_close(compute_gradient_norms(quadratic(3.0), REAL), 3 * REAL.norm(dim=1))
    assert_close(compute_mean_squared_norm(quadratic(3.0), REAL), 9 * REAL.square().sum() / len(REAL))


def test_images_are_flattened_to_the_numbers_of_each_logit():
    images = torch.rand(4, 2, 3, 5, generator=rng())
    assert_close(compute_input_gradients(lambda x: quadratic(1.0)(x.flatten(1)), images), images.flatten(1))


def test_samples_that_are_judged_together_have_one_gradient():
    gradients = compute_input_gradients(lambda x: quadratic(1.0)(x.reshape(1, 6)), REAL)
    assert_close(gradients, REAL.reshape(1, 6))


def test_gradients_are_differentiable_in_what_the_data_depend_on_and_leave_other_data_alone():
    scale = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    compute_mean_squared_norm(quadratic(1.0), scale * REAL).backward()
    assert_close(scale.grad, 2 * 2.0 * REAL.square().sum() / len(REAL))
    data = REAL.clone()
    compute_input_gradients(quadratic(1.0), data)
    assert not data.requires_grad


def test_interpolations_lie_between_each_fake_and_its_real():
    between = interpolate_samples(REAL, FAKE, rng())
    position = (between - FAKE) / (REAL - FAKE)
    assert_close(position, torch.rand(2, 1, generator=rng(), dtype=torch.float64).expand(2, 3))
    images = interpolate_samples(torch.ones(5, 1, 2, 2), torch.zeros(5, 1, 2, 2), rng())
    assert_close(images, torch.rand(5, 1, 1, 1, generator=rng()).expand(5, 1, 2, 2))
