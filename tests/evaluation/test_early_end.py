"""The early end of a fresh discriminator's training."""

import math

import numpy as np
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.evaluation.early_end import EarlyEnd, compute_cross_entropy
from aegan.evaluation.frozen_generator import freeze_generator
from aegan.games.game import DiscriminatorTask
from aegan.training.cohort import train


def test_the_cross_entropy_is_the_mean_over_real_data_and_fakes():
    task = DiscriminatorTask(
        real=lambda batch, _rng: batch.real, fake=lambda batch, _rng: -batch.real, compute_logits=lambda x, _batch: x
    )
    batches = [Batch(torch.tensor([0.0])), Batch(torch.tensor([math.log(3.0)]))]  # D is 1/2, then 3/4 and 1/4
    expected = torch.tensor(-(math.log(0.5) + math.log(0.75)) / 2, dtype=torch.float64)
    assert_close(compute_cross_entropy(task, batches, torch.Generator()), expected)


def facing(tiny, level, held_out=8):
    """A member that trains the discriminator alone, and its early end."""
    member, _ = tiny.member_factory(tiny.method(optimiser={"name": "adam", "learning_rate": 0.005}))(1)
    task = member.game.discriminator_task
    member.game = freeze_generator(member.game)
    member.optimisers = {"discriminator": member.optimisers["discriminator"]}
    member.sampler.rows = np.arange(held_out, 40)
    return member, EarlyEnd(lambda step: step % 2 == 0, task, np.arange(held_out), 2, level)


def test_training_ends_when_the_held_out_cross_entropy_has_fallen(tiny):
    levels = []
    for level in (0.6, 0.4):
        member, end = facing(tiny, level)
        train(member, 400, [end])
        assert member.stopped
        assert member.step % 2 == 1  # the round that follows the check is the last
        levels.append((member.step, end._compute_cross_entropy(member)))
    (early, first), (late, second) = levels
    assert 1 < early < late < 401
    assert second < first < 0.69


def test_training_goes_on_above_the_level(tiny):
    member, end = facing(tiny, 1e-6)
    train(member, 12, [end])
    assert not member.stopped
    assert member.step == 12


def test_checking_changes_no_bit(tiny):
    (checked, end), (alone, _) = facing(tiny, 1e-6), facing(tiny, 1e-6)
    train(checked, 12, [end])
    train(alone, 12, [])
    assert tiny.identical(tiny.weights(checked.game), tiny.weights(alone.game))
    assert torch.equal(checked.noise["discriminator"].get_state(), alone.noise["discriminator"].get_state())


def test_every_check_sees_the_same_data_and_the_held_out_rows_alone(tiny):
    member, end = facing(tiny, 0.1)
    values = [end._compute_cross_entropy(member) for _ in range(2)]
    assert values[0] == values[1]
    member.dataset.array[8:] = 0  # rows that are trained on
    assert end._compute_cross_entropy(member) == values[0]
