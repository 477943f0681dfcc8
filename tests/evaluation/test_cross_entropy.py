"""The cross-entropies of a fresh discriminator."""

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.evaluation.cross_entropy import KEYS, ROWS, CrossEntropyCurves, Drawn, compute_cross_entropy
from aegan.evaluation.frozen_generator import freeze_generator
from aegan.games.game import DiscriminatorTask
from aegan.training.cohort import train


def test_the_cross_entropy_is_the_sum_of_its_terms_of_real_data_and_of_fakes():
    task = DiscriminatorTask(lambda batch, _rng: batch.real, lambda batch, _rng: -batch.real, lambda x, _batch: x)
    guesses, sure = torch.tensor([0.0]), torch.tensor([math.log(3.0)])  # D(x) is 1/2, then 3/4
    measured = compute_cross_entropy(task, [Drawn(guesses, guesses, Batch(guesses)), Drawn(sure, guesses, Batch(sure))])
    assert_close(measured, torch.tensor(-(math.log(0.5) + math.log(0.75)) / 2 - math.log(0.5), dtype=torch.float64))
    assert_close(
        compute_cross_entropy(task, [Drawn(guesses, guesses, Batch(guesses))]).item(),
        2 * math.log(2),
        rtol=1e-12,
        atol=0,
    )


def facing(tiny, level=None, held_out=8, **changes):
    """A member that trains the discriminator alone, and the observer of its cross-entropies."""
    chosen = tiny.method(optimiser={"name": "adam", "learning_rate": 0.005}, **changes)
    member, _ = tiny.member_factory(chosen)(1)
    task = member.game.discriminator_task
    member.game = freeze_generator(member.game)
    member.optimisers = {"discriminator": member.optimisers["discriminator"]}
    member.sampler.rows = np.arange(held_out, 40)
    rows, fixed = (np.arange(held_out), member.sampler.rows), not changes
    return member, CrossEntropyCurves(lambda step: step % 5 == 0, 400, task, rows, level, fixed)


def read(member, observer):
    """Both cross-entropies of a member as it is."""
    with observer.around(member):
        pass
    return observer.history.rows[-1].tolist()


def test_training_ends_when_the_held_out_cross_entropy_has_fallen_at_a_step_of_the_schedule(tiny):
    ends = []
    for level in (1.2, 0.8):
        member, observer = facing(tiny, level)
        train(member, 400, [observer])
        assert member.stopped
        assert member.step % 5 == 1  # the round that follows the look is the last
        held_out = torch.stack(observer.history.rows)[:, 0]
        last, earlier = held_out[-1], [v for v, s in zip(held_out, observer.history.steps, strict=True) if s % 5 == 0]
        assert last <= level < earlier[-2]
        ends.append(member.step)
    assert 1 < ends[0] < ends[1] < 401


@pytest.mark.parametrize("level", [None, 1e-6])
def test_training_goes_on_above_the_level(tiny, level):
    member, observer = facing(tiny, level)
    train(member, 12, [observer])
    assert not member.stopped
    assert observer.history.keys == KEYS
    assert observer.history.steps == list(range(12))  # dense at first


def test_looking_changes_no_bit(tiny):
    (looked_at, observer), (alone, _) = facing(tiny), facing(tiny)
    train(looked_at, 12, [observer])
    train(alone, 12, [])
    assert tiny.identical(tiny.weights(looked_at.game), tiny.weights(alone.game))
    assert torch.equal(looked_at.noise["discriminator"].get_state(), alone.noise["discriminator"].get_state())


def test_looks_see_the_same_data_and_each_kind_of_rows_apart(tiny):
    member, observer = facing(tiny)
    member.dataset.array = member.dataset.array.copy()
    before = read(member, observer)
    assert before[0] != before[1]
    assert read(member, observer) == before
    member.dataset.array[8:] = 0  # rows that are trained on
    other = facing(tiny)[1]
    after = read(member, other)
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_discriminator_that_knows_its_training_rows_by_heart_is_seen_by_the_held_out_rows(tiny):
    """Labels are noise: the discriminator sees rows of the same distribution as real and as fake."""
    member, observer = facing(tiny, held_out=20)
    rng = np.random.default_rng(0)
    member.dataset.array = rng.integers(0, 256, member.dataset.array.shape, dtype=np.uint8)
    fakes = torch.from_numpy(rng.random((1 << 12, *member.dataset.sample_shape))).float()
    drawn = lambda batch, noise: fakes[torch.randint(len(fakes), (len(batch.real),), generator=noise)]  # noqa: E731
    observer.task = observer.task._replace(fake=drawn)
    player = member.game.players[0]
    loss = lambda batch, noise: compute_cross_entropy(  # noqa: E731
        observer.task, [Drawn(batch.real, drawn(batch, noise), batch)]
    ).float()
    member.game = type(member.game)((player._replace(loss=loss),), member.game.auxiliary_modules)
    train(member, 400, [observer])
    held_out, training = observer.history.rows[-1].tolist()
    assert training < 1.0
    assert held_out > 1.3


def test_data_that_change_with_the_step_are_drawn_at_every_look(tiny):
    noise = [{"name": "instance_noise", "deviation": 0.5}]
    member, observer = facing(tiny, augmentations=noise)
    first = read(member, observer)
    member.step = 1000  # without noise
    assert read(member, observer) != first
    observer.fixed = True
    assert read(member, observer) == observer.history.rows[-2].tolist()


def test_rows_are_whole_batches_of_a_bounded_number(tiny):
    for held_out, expected in ((35, 2), (20, 1), (3, 1)):  # of 16 rows; those of 3 repeat
        member, observer = facing(tiny, held_out=held_out)
        assert member.sampler.batch_size == 16
        assert [[len(real) for real, _, _ in side] for side in observer._draw(member)] == [[16] * expected] * 2
    assert ROWS >= 1000  # a cross-entropy of 0.05 has a standard error of a few per cent
