import math

import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES
from aegan.registry import build

REAL = torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64)
FAKE = torch.tensor([-3.0, 1.5, 0.0], dtype=torch.float64)
PAIRS = list(zip(REAL.tolist(), FAKE.tolist(), strict=True))


def sigma(logit):
    return 1 / (1 + math.exp(-logit))


def cross_entropy(real, fake):
    return -math.log(sigma(real)) - math.log(1 - sigma(fake))


#: loss -> what the discriminator and the generator pay for one (real, fake)
BY_HAND = {
    "minimax": (cross_entropy, lambda real, fake: math.log(1 - sigma(fake))),
    "non_saturating": (cross_entropy, lambda real, fake: -math.log(sigma(fake))),
    "wasserstein": (lambda real, fake: fake - real, lambda real, fake: -fake),
    "relativistic": (
        lambda real, fake: -math.log(sigma(real - fake)),
        lambda real, fake: -math.log(sigma(fake - real)),
    ),
    "least_squares": (
        lambda real, fake: ((real - 1) ** 2 + (fake + 1) ** 2) / 2,
        lambda real, fake: (fake - 1) ** 2 / 2,
    ),
    "hinge": (lambda real, fake: max(0, 1 - real) + max(0, 1 + fake), lambda real, fake: -fake),
    "density_ratio": (cross_entropy, lambda real, fake: math.log(1 - sigma(fake)) - math.log(sigma(fake))),
}


def loss_of(name):
    return build(LOSSES, {"name": name})


def slope(function, real, fake, of):
    """Gradient of a loss in the logits named by `of`, 0 for real and 1 for fake."""
    logits = [real.clone().requires_grad_(), fake.clone().requires_grad_()]
    return torch.autograd.grad(function(*logits), logits[of])[0]


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("player", [0, 1], ids=["discriminator", "generator"])
def test_losses_by_hand(name, player):
    by_hand = sum(BY_HAND[name][player](*pair) for pair in PAIRS) / len(PAIRS)
    assert_close(loss_of(name)[player](REAL, FAKE), torch.tensor(by_hand, dtype=torch.float64))


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("minimax", 2 * math.log(2)),
        ("non_saturating", 2 * math.log(2)),
        ("wasserstein", 0.0),
        ("relativistic", math.log(2)),
        ("least_squares", 1.0),
        ("hinge", 2.0),
        ("density_ratio", 2 * math.log(2)),
    ],
)
def test_what_an_undecided_discriminator_pays(name, price):
    undecided = torch.zeros(5, dtype=torch.float64)
    assert_close(loss_of(name).discriminator(undecided, undecided), torch.tensor(price, dtype=torch.float64))


def test_generator_slopes_have_their_closed_form():
    probability = FAKE.sigmoid()
    assert_close(slope(LOSSES["minimax"]().generator, REAL, FAKE, 1), -probability / 3)
    assert_close(slope(LOSSES["non_saturating"]().generator, REAL, FAKE, 1), -(1 - probability) / 3)
    assert_close(slope(LOSSES["relativistic"]().generator, REAL, FAKE, 1), -(REAL - FAKE).sigmoid() / 3)
    assert_close(slope(LOSSES["least_squares"]().generator, REAL, FAKE, 1), (FAKE - 1) / 3)
    for critic in ("wasserstein", "hinge", "density_ratio"):
        assert_close(slope(LOSSES[critic]().generator, REAL, FAKE, 1), torch.full_like(FAKE, -1 / 3))


@pytest.mark.parametrize("name", LOSSES)
def test_the_generator_raises_the_logits_of_fakes_that_are_found_out(name):
    doubtful = FAKE.clamp(max=0.9)  # least squares has its fill at 1
    assert (slope(loss_of(name).generator, REAL, doubtful, 1) < 0).all()


@pytest.mark.parametrize("name", LOSSES)
def test_an_undecided_discriminator_raises_real_and_lowers_fake_logits(name):
    discriminator, undecided = loss_of(name).discriminator, torch.zeros(3)
    assert (slope(discriminator, undecided, undecided, 0) < 0).all()
    assert (slope(discriminator, undecided, undecided, 1) > 0).all()


@pytest.mark.parametrize("name", LOSSES)
def test_the_discriminators_loss_treats_both_classes_alike(name):
    discriminator = loss_of(name).discriminator
    assert_close(discriminator(REAL, FAKE), discriminator(-FAKE, -REAL))


def test_the_density_ratio_estimates_the_divergence_of_the_fakes_from_the_data():
    """Of N(m, 1) and N(0, 1), log(p/q) is −mx + m²/2, the best logit, and KL(fakes ‖ data) is m²/2."""
    mean, draws = 1.3, torch.randn(200_000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    logits = [mean**2 / 2 - mean * data for data in (draws, draws + mean)]
    loss = loss_of("density_ratio")
    assert_close(loss.generator(*logits), torch.tensor(mean**2 / 2).double(), rtol=0.01, atol=0)
    best = loss.discriminator(*logits)
    assert all(
        loss.discriminator(real, fake) > best for real, fake in ([2 * x for x in logits], [x / 2 for x in logits])
    )


def test_least_squares_is_that_of_targets_zero_and_one_on_half_the_scale():
    zero_one, (discriminator, generator) = (lambda logit: (logit + 1) / 2), loss_of("least_squares")[:2]
    assert_close(discriminator(REAL, FAKE), 4 * ((zero_one(REAL) - 1).square() + zero_one(FAKE).square()).mean() / 2)
    assert_close(generator(REAL, FAKE), 4 * (zero_one(FAKE) - 1).square().mean() / 2)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_says_whether_its_generator_looks_at_the_reals(name):
    loss = loss_of(name)
    assert name not in BY_HAND or loss.generator_needs_real == (name == "relativistic")
    assert torch.equal(loss.generator(REAL, FAKE), loss.generator(REAL + 1, FAKE)) != loss.generator_needs_real
    if not loss.generator_needs_real:
        assert torch.equal(loss.generator(FAKE.new_empty(0), FAKE), loss.generator(REAL, FAKE))


def test_relativistic_losses_do_not_change_when_all_logits_shift():
    for player in loss_of("relativistic")[:2]:
        assert_close(player(REAL, FAKE), player(REAL + 7, FAKE + 7))


@pytest.mark.parametrize("name", LOSSES)
def test_only_minimax_saturates_where_the_discriminator_is_sure(name):
    fake = torch.full((1,), -40.0, dtype=torch.float64)
    size = slope(loss_of(name).generator, -fake, fake, 1).abs().item()
    assert size == pytest.approx(math.exp(-40)) if name == "minimax" else size >= 1 - 1e-12


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_extreme_logits_give_finite_losses_in_float32(name, player):
    extreme = torch.tensor([-1e4, 1e4])
    assert torch.isfinite(getattr(loss_of(name), player)(extreme, extreme.flip(0)))


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_agree_with_finite_differences(name):
    logits = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    assert torch.autograd.gradcheck(loss_of(name).discriminator, logits)
    assert torch.autograd.gradcheck(lambda fake: loss_of(name).generator(REAL, fake), logits[1])
