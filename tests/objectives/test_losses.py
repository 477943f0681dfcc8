import math

import pytest
import torch
from torch.testing import assert_close

from aegan.catalogue import build
from aegan.objectives.losses import LOSSES

REAL = torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64)
FAKE = torch.tensor([-3.0, 1.5, 0.0], dtype=torch.float64)


def sigma(logit):
    return 1 / (1 + math.exp(-logit))


def mean(values):
    return torch.tensor(sum(values) / len(values), dtype=torch.float64)


def slope(function, real, fake, of):
    """Gradient of a loss in the logits named by `of`, 0 for real and 1 for fake."""
    logits = [real.clone().requires_grad_(), fake.clone().requires_grad_()]
    return torch.autograd.grad(function(*logits), logits[of])[0]


@pytest.mark.parametrize("name", LOSSES)
def test_the_discriminators_loss_is_the_cross_entropy(name):
    by_hand = mean([-math.log(sigma(a)) for a in REAL.tolist()]) + mean(
        [-math.log(1 - sigma(a)) for a in FAKE.tolist()]
    )
    assert_close(build(LOSSES, {"name": name}).discriminator(REAL, FAKE), by_hand)


@pytest.mark.parametrize("name", LOSSES)
def test_an_undecided_discriminator_pays_two_ln_two(name):
    undecided = torch.zeros(5, dtype=torch.float64)
    loss = build(LOSSES, {"name": name}).discriminator(undecided, undecided)
    assert_close(loss, torch.tensor(2 * math.log(2), dtype=torch.float64))


def test_minimax_generator_by_hand():
    by_hand = mean([math.log(1 - sigma(a)) for a in FAKE.tolist()])
    assert_close(LOSSES["minimax"]().generator(REAL, FAKE), by_hand)


def test_non_saturating_generator_by_hand():
    by_hand = mean([-math.log(sigma(a)) for a in FAKE.tolist()])
    assert_close(LOSSES["non_saturating"]().generator(REAL, FAKE), by_hand)


def test_generator_slopes_have_their_closed_form():
    probability = FAKE.sigmoid()
    assert_close(slope(LOSSES["minimax"]().generator, REAL, FAKE, 1), -probability / 3)
    assert_close(slope(LOSSES["non_saturating"]().generator, REAL, FAKE, 1), -(1 - probability) / 3)


@pytest.mark.parametrize("name", LOSSES)
def test_the_generator_raises_the_logits_of_its_fakes(name):
    assert (slope(LOSSES[name]().generator, REAL, FAKE, 1) < 0).all()


@pytest.mark.parametrize("name", LOSSES)
def test_the_discriminator_raises_real_and_lowers_fake_logits(name):
    discriminator = LOSSES[name]().discriminator
    assert (slope(discriminator, REAL, FAKE, 0) < 0).all()
    assert (slope(discriminator, REAL, FAKE, 1) > 0).all()


def test_only_minimax_saturates_where_the_discriminator_is_sure():
    sure = torch.full((1,), -40.0, dtype=torch.float64)
    saturated, steady = (slope(LOSSES[name]().generator, sure, sure, 1) for name in ("minimax", "non_saturating"))
    assert_close(saturated, -torch.exp(sure))
    assert_close(steady, torch.tensor([-1.0], dtype=torch.float64))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_extreme_logits_give_finite_losses_in_float32(name, player):
    extreme = torch.tensor([-1e4, 1e4])
    assert torch.isfinite(getattr(LOSSES[name](), player)(extreme, extreme))


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_agree_with_finite_differences(name):
    logits = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    assert torch.autograd.gradcheck(LOSSES[name]().discriminator, logits)
    assert torch.autograd.gradcheck(lambda fake: LOSSES[name]().generator(REAL, fake), logits[1])
