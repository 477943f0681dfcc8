"""Every role with every loss and every penalty plays."""

import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.games.roles import ROLES
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.training.cohort import train
from aegan.training.round import play_round
from aegan.training.stacked_engine import StackedEngine

PENALTY = [None, *({"name": name} for name in PENALTIES)]
WITH_LOGITS = [role for role in ROLES if "loss" not in ROLES[role].unread_keys]
NEW = [
    *("ebgan", "bigan", "vae_gan", "aae", "wae_gan"),
    *("mdgan", "veegan", "alpha_gan", "projection", "ac_gan", "semi_supervised"),
]
WITH_PACKS = [
    role for role in WITH_LOGITS if "packing" not in ROLES[role].unread_keys and not ROLES[role].judges_classes
]


def named(value):
    return value["name"] if isinstance(value, dict) else str(value)


def plays(tiny, role, recorded=False, **axes):
    make_member = tiny.member_factory(tiny.method(role, rounds=3, **axes))
    member, _ = make_member(0)
    before = tiny.weights(member.game)
    train(member, 3, [])
    after = tiny.weights(member.game)
    if recorded:
        members = [make_member(seed)[0] for seed in (1, 0)]
        for one in members:
            train(one, 1, [])
        StackedEngine(members).play(members, 2)
        assert tiny.identical(tiny.weights(members[1].game), after)
    assert member.step == 3
    assert member.divergence is None
    assert all(torch.isfinite(value).all() for value in after.values())
    for player in member.game.players:
        assert any(not torch.equal(before[key], after[key]) for key in before if key.startswith(f"{player.name}/"))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", PENALTY, ids=named)
@pytest.mark.parametrize("role", WITH_LOGITS)
def test_every_role_with_logits_plays_with_every_loss_and_penalty(tiny, role, loss, penalty):
    # every pair of them is also played from a recording, which takes longer
    recorded = role == "none" or loss == "minimax" or penalty is None
    plays(tiny, role, recorded, loss=loss, penalty=penalty)


#: options of roles that change what is computed, besides their defaults
OPTIONS = [
    *({"name": "reconstruction", **own} for own in ({"share": 0.5}, {"weight": 0}, {"decoder": "fresh"})),
    {"name": "reconstruction", "decoder": "fresh", "prior": "normal", "share": 0.1},
    {"name": "warm_start", "decoder": "fresh", "prior": "normal"},
]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", [None, {"name": "r1"}], ids=named)
@pytest.mark.parametrize("role", OPTIONS, ids=str)
def test_roles_play_with_their_options(tiny, role, loss, penalty):
    plays(tiny, role, recorded=True, loss=loss, penalty=penalty)


@pytest.mark.parametrize("penalty", PENALTY, ids=named)
@pytest.mark.parametrize("role", WITH_PACKS)
def test_every_role_with_logits_plays_with_packs(tiny, role, penalty):
    plays(tiny, role, loss="relativistic", penalty=penalty, packing=4)


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(WITH_LOGITS)))
def test_a_role_without_logits_plays(tiny, role):
    plays(tiny, role)


@pytest.mark.parametrize(
    ("role", "packing"),
    [(role, 1) for role in ROLES if not ROLES[role].needs_autoencoder]
    + [(role, 2) for role in WITH_PACKS if not ROLES[role].needs_autoencoder],
)
def test_roles_without_an_autoencoder_play_on_points(tiny, role, packing):
    points = ArrayDataset(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32), tiny.labels())
    game = make_gan_game(
        tiny.method(role, penalty={"name": "gp"}, packing=packing), (2,), 0, None, points.compute_class_shares()
    )
    member = tiny.member(game, rows=points)
    for _ in range(3):
        play_round(member)
    assert member.divergence is None
    assert game.generate(5, torch.Generator().manual_seed(0)).shape == (5, 2)
