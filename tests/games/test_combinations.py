"""Every role with every loss and every penalty plays; every new role trains on real data."""

import numpy as np
import pytest
import torch

from aegan.data.digits import Digits
from aegan.games.roles import ROLES, gan_game, needs_autoencoder, unread
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.training.cohort import train
from aegan.training.member import play_round
from aegan.training.stream import Rows

PENALTY = [None, *({"name": name} for name in PENALTIES)]
WITH_LOGITS = [role for role in ROLES if not unread(role)]


def named(value):
    return value["name"] if isinstance(value, dict) else str(value)


def plays(tiny, role, **axes):
    member, observers = tiny.recruits(tiny.method(role, rounds=3, **axes))(0)
    before = tiny.weights(member.game)
    train(member, 3, observers)
    after = tiny.weights(member.game)
    assert member.step == 3
    assert member.divergence is None
    assert all(torch.isfinite(value).all() for value in after.values())
    for player in member.game.players:
        assert any(not torch.equal(before[key], after[key]) for key in before if key.startswith(f"{player.name}/"))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", PENALTY, ids=named)
@pytest.mark.parametrize("role", WITH_LOGITS)
def test_every_role_with_logits_plays_with_every_loss_and_penalty(tiny, role, loss, penalty):
    plays(tiny, role, loss=loss, penalty=penalty)


@pytest.mark.parametrize("penalty", PENALTY, ids=named)
@pytest.mark.parametrize("role", WITH_LOGITS)
def test_every_role_with_logits_plays_with_packs(tiny, role, penalty):
    plays(tiny, role, loss="relativistic", penalty=penalty, packing=4)


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(WITH_LOGITS)))
def test_a_role_without_logits_plays(tiny, role):
    plays(tiny, role)


@pytest.mark.parametrize("packing", [1, 2])
@pytest.mark.parametrize("role", sorted(role for role in ROLES if not needs_autoencoder(role)))
def test_roles_without_an_autoencoder_play_on_points(tiny, role, packing):
    points = Rows(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32))
    game = gan_game(tiny.method(role, penalty={"name": "gp"}, packing=packing), (2,), 0, None)
    member = tiny.member(game, rows=points)
    for _ in range(3):
        play_round(member)
    assert member.divergence is None
    assert game.generate(5, torch.Generator().manual_seed(0)).shape == (5, 2)


@pytest.fixture(scope="module")
def digits():
    return Rows(Digits().load([]).values)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["ebgan", "bigan"])
def test_new_roles_come_closer_to_digits(tiny, digits, role):
    network, real = {"name": "dense"}, digits.batch(np.arange(500)).real.flatten(1)
    method = tiny.method(role, "non_saturating", latent=32, generator=network, discriminator=network)
    member = tiny.member(gan_game(method, (1, 8, 8), 0, None), rows=digits, batch_size=64)

    def distance():
        """Mean distance of a digit from the nearest of 500 samples: it stays large for a generator that collapses."""
        samples = member.game.generate(500, torch.Generator().manual_seed(0)).detach()
        return torch.cdist(real, samples.flatten(1)).min(1).values.mean()

    at_first = distance()
    train(member, 600, [])
    assert member.divergence is None
    assert distance() < 0.8 * at_first
