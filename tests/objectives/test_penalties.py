import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.testing import assert_close

from aegan.objectives.penalties import (
    PENALTIES,
    consistency,
    dragan,
    gp,
    one_sided_gp,
    r1,
    r1_r2,
    r2,
    zero_centred_gp,
)
from aegan.registry import build

REAL = torch.tensor([[0.2, 0.7, 0.1], [0.9, 0.4, 0.3]], dtype=torch.float64)
FAKE = torch.tensor([[0.5, -0.2, 0.8], [0.0, 1.5, -0.6]], dtype=torch.float64)


def rng():
    return torch.Generator().manual_seed(0)


def linear():
    layer = nn.Linear(3, 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, -2.0, 0.5]]))
    return layer


def quadratic(scale):
    """D(x) = scale/2 |x|², whose slope is scale·x."""
    return lambda x: scale / 2 * x.square().sum(1, keepdim=True)


def squares(points):
    return points.square().sum(1).mean()


@pytest.mark.parametrize(("penalty", "times"), [(r1, 1), (r2, 1), (r1_r2, 2)])
def test_zero_centred_penalties_of_a_linear_discriminator_are_half_gamma_times_its_squared_weights(penalty, times):
    value = penalty(gamma=3.0)(linear(), REAL, FAKE, rng())
    assert_close(value, torch.tensor(times * 3 / 2 * (1 + 4 + 0.25), dtype=torch.float64))


def test_gp_of_a_linear_discriminator_is_the_squared_distance_of_its_norm_from_one():
    value = gp(weight=4.0)(linear(), REAL, FAKE, rng())
    assert_close(value, torch.tensor(4 * (5.25**0.5 - 1) ** 2, dtype=torch.float64))


@pytest.mark.parametrize("norm", [0.25, 4.0])
def test_gp_draws_the_norm_to_one_from_both_sides(norm):
    discriminator = linear()
    with torch.no_grad():
        discriminator.weight.mul_(norm / discriminator.weight.norm())
    (gradient,) = torch.autograd.grad(gp()(discriminator, REAL, FAKE, rng()), discriminator.weight)
    assert torch.sign((gradient * discriminator.weight).sum()) == (1 if norm > 1 else -1)


def test_r1_reaches_the_weights_through_the_second_derivative():
    discriminator = linear()
    penalty = r1(gamma=3.0)(discriminator, REAL, -REAL, rng())
    (gradient,) = torch.autograd.grad(penalty, discriminator.weight)
    assert_close(gradient, 3.0 * discriminator.weight.detach())


def test_r1_looks_at_reals_r2_at_fakes_and_r1_r2_at_both():
    shown = quadratic(4.0), REAL, FAKE, rng()
    assert_close(r1(gamma=2.0)(*shown), squares(4 * REAL))
    assert_close(r2(gamma=2.0)(*shown), squares(4 * FAKE))
    assert_close(r1_r2(gamma=2.0)(*shown), squares(4 * REAL) + squares(4 * FAKE))


def test_gp_looks_at_places_on_the_lines_between_fakes_and_reals():
    seen = []

    def judge(x):
        seen.append(x)
        return quadratic(1.0)(x)

    value = gp(weight=1.0)(judge, REAL, FAKE, rng())
    place = torch.rand(2, 1, generator=rng(), dtype=torch.float64)
    between = place * REAL + (1 - place) * FAKE
    assert_close(seen[0].detach(), between)
    assert_close(value, (between.norm(dim=1) - 1).square().mean())
    assert place[0] != place[1]


@pytest.mark.parametrize("penalty", [r1, r2])
def test_penalties_sum_over_every_dimension_of_an_image(penalty):
    images = torch.rand(4, 2, 3, 5, dtype=torch.float64)
    value = penalty(gamma=2.0)(lambda x: quadratic(1.0)(x.flatten(1)), images, images, rng())
    assert_close(value, images.square().sum((1, 2, 3)).mean())


def test_gp_takes_one_norm_per_image():
    images = torch.rand(4, 2, 3, 5, dtype=torch.float64)
    value = gp(weight=1.0)(lambda x: quadratic(1.0)(x.flatten(1)), images, images, rng())
    assert_close(value, (images.flatten(1).norm(dim=1) - 1).square().mean())


@pytest.mark.parametrize("name", PENALTIES)
def test_a_slope_is_that_of_all_that_is_judged_together(name):
    options = {"reach": 1e-12} if name == "dragan" else {}  # it draws a factor for each sample of a pack
    packed = made(name, **options)(lambda x: quadratic(1.0)(x.reshape(1, 6)), REAL, REAL, rng())
    assert_close(packed, made(name, **options)(quadratic(1.0), REAL.reshape(1, 6), REAL.reshape(1, 6), rng()))


def made(name, **options):
    """A penalty in float64, which remembers nothing yet."""
    penalty = build(PENALTIES, {"name": name, **options})
    return penalty.double() if isinstance(penalty, nn.Module) else penalty


@pytest.mark.parametrize("name", PENALTIES)
def test_gradients_agree_with_finite_differences(name):

    def of(scale, real, fake):
        return made(name)(quadratic(scale), real, fake, rng())

    scale = torch.tensor(1.3, dtype=torch.float64)
    assert torch.autograd.gradcheck(of, [value.clone().requires_grad_() for value in (scale, REAL, FAKE)])


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_leave_the_data_without_gradients(name):
    real, fake = REAL.clone(), FAKE.clone()
    made(name)(linear(), real, fake, rng())
    for data in (real, fake):
        assert not data.requires_grad
        assert data.grad is None


@pytest.mark.parametrize("name", ["r2", "r1_r2", "gp"])
def test_penalties_on_fakes_are_differentiable_in_what_made_them(name):
    made = FAKE.clone().requires_grad_()
    value = build(PENALTIES, {"name": name})(quadratic(2.0), REAL, made * 3, rng())
    (gradient,) = torch.autograd.grad(value, made)
    assert (gradient[made != 0] != 0).all()


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("value", [0, -1.0])
def test_weights_of_penalties_must_be_positive(name, value):
    option = "gamma" if name in {"r1", "r2", "r1_r2"} else "weight"
    with pytest.raises(ValidationError, match=option):
        build(PENALTIES, {"name": name, option: value})


def test_a_one_sided_penalty_leaves_gentle_slopes_alone():
    gentle, steep = quadratic(0.1), quadratic(10.0)
    assert one_sided_gp()(gentle, REAL, FAKE, rng()) == 0
    assert_close(one_sided_gp()(steep, REAL, FAKE, rng()), gp()(steep, REAL, FAKE, rng()))


def test_zero_centred_gp_is_the_mean_square_of_slopes_between():
    place = torch.rand(2, 1, generator=rng(), dtype=torch.float64)
    between = place * REAL + (1 - place) * FAKE
    assert_close(zero_centred_gp(weight=3.0)(quadratic(2.0), REAL, FAKE, rng()), 3 * squares(2 * between))


def test_dragan_looks_around_real_data_at_the_reach_of_their_spread():
    drawn = rng()
    noise, factor = (torch.rand(*shape, generator=drawn, dtype=torch.float64) for shape in ((2, 3), (2, 1)))
    around = REAL + factor * 0.5 * REAL.std(correction=0) * noise  # one factor per sample, as in the authors' code
    expected = 2 * (around.norm(dim=1) - 1).square().mean()
    assert_close(dragan(weight=2.0)(quadratic(1.0), REAL, FAKE, rng()), expected)


def test_consistency_is_zero_for_a_judge_who_does_not_mind_and_pulls_logits_together_else():
    images = torch.rand(8, 1, 8, 8, generator=rng()).double()
    assert consistency()(lambda x: x.flatten(1).sum(1) * 0 + 3, images, images, rng()) == 0
    weight = torch.randn(64, generator=rng()).double().requires_grad_()
    value = consistency()(lambda x: x.flatten(1) @ weight, images, images, rng())
    assert value > 0
    (gradient,) = torch.autograd.grad(value, weight)
    assert (gradient * weight).sum() > 0


def test_consistency_adds_noise_to_what_is_no_image():
    noise = torch.randn(2, 3, generator=rng(), dtype=torch.float64)
    expected = (0.3 * noise.sum(1)).square().mean()
    assert_close(consistency(weight=1.0, deviation=0.3)(lambda x: x.sum(1), REAL, FAKE, rng()), expected)
