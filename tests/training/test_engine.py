"""The eager engine: the reference for every other one."""

import torch

from aegan.games.game import Game, Player
from aegan.training.engine import EagerEngine


def make_member(tiny, diverges_at):
    """Make a member of one player whose loss is NaN from a step on."""
    module = tiny.constant(1.0)

    def loss(batch, rng):
        return module.weight.square().sum() * (float("nan") if batch.step >= diverges_at else 1.0)

    return tiny.member(Game(players=(Player("only", module, loss),))), module


def test_each_member_advances_by_the_rounds_that_it_played(tiny):
    (sound, _), (failing, weights) = make_member(tiny, 99), make_member(tiny, 3)
    engine = EagerEngine()
    engine.play([sound, failing], 2)
    assert (sound.step, failing.step, failing.divergence) == (2, 2, None)
    engine.play([sound, failing], 4)
    assert (sound.step, sound.divergence) == (6, None)
    assert (failing.step, failing.divergence.step) == (4, 3)
    assert torch.isfinite(weights.weight).all()


def test_it_plays_one_round_at_a_time(tiny):
    member, _ = make_member(tiny, 99)
    assert EagerEngine().max_rounds == 1
    EagerEngine().retire(member)
    EagerEngine().finish()
    assert member.step == 0
