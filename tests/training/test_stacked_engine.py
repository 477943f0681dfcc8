"""The engine for CPUs plays, bit for bit, the rounds of the eager loop, whatever members it plays at once."""

import logging

import pytest
import torch
from tests.training.engine_cases import (
    BATCH_NORM,
    assert_same_members,
    make_members,
    scale_generator_loss,
    train_eagerly,
)

from aegan.training import stacked_engine
from aegan.training.batched_engine import BatchedEngine
from aegan.training.checkpoint import training_tensors
from aegan.training.cohort import train_together
from aegan.training.engine import EagerEngine
from aegan.training.stacked_engine import StackedEngine
from aegan.training.validated_engine import ValidatedEngine

WIDE = {"name": "dense", "width": 32, "depth": 2}
CASES = {
    "gp": {
        "loss": "wasserstein",
        "penalty": {"name": "gp"},
        "generator": WIDE,
        "discriminator": WIDE,
        "batch_size": 32,
    },
    "odd": {"discriminator": {"name": "dense", "width": 50, "depth": 2}, "batch_size": 33},
    "spectral": {
        "discriminator": {"name": "dense", "width": 37, "depth": 1, "normalisation": "spectral"},
        "batch_size": 7,
    },
    "batch": {"generator": BATCH_NORM, "penalty": {"name": "r1"}, "batch_size": 10},  # no whole vectors
}


@pytest.mark.parametrize("name", CASES)
def test_a_member_does_not_depend_on_the_number_of_members(tiny, name):
    method = tiny.method(rounds=16, stages=[1.0], **CASES[name])
    (eager,) = train_eagerly(tiny, method, (0,), rounds=16)
    for count in (1, 2, 5, 12):
        played = make_members(tiny, method, range(count))
        player = ValidatedEngine(StackedEngine)
        train_together(played, 16, player)
        assert isinstance(player.inner, StackedEngine)
        assert_same_members([played[0][0]], [eager])


def test_members_whose_rounds_differ_train_eagerly(tiny, caplog):
    method = tiny.method(rounds=8)
    played = make_members(tiny, method)
    generator = played[1][0].game.players[1]
    doubled = generator._replace(loss=lambda batch, rng: 2 * generator.loss(batch, rng))
    object.__setattr__(played[1][0].game, "players", (played[1][0].game.players[0], doubled))
    with caplog.at_level(logging.WARNING, "aegan"):
        train_together(played, 8, player := ValidatedEngine(StackedEngine))
    assert "not the same operations" in caplog.text
    assert not isinstance(player.inner, BatchedEngine)
    assert_same_members([played[0][0]], train_eagerly(tiny, method, (0,), rounds=8))


def test_a_round_that_cannot_be_recorded_is_undone(tiny, caplog):
    method = tiny.method(rounds=8)

    def read_on_the_host(played):
        for member, _ in played:
            scale_generator_loss(member, lambda batch: float(batch.real.sum().item() > 0))

    played = make_members(tiny, method)
    read_on_the_host(played)
    with caplog.at_level(logging.WARNING, "aegan"):
        train_together(played, 8, player := ValidatedEngine(StackedEngine))
    assert isinstance(player.inner, EagerEngine)
    assert "depends on numbers" in caplog.text
    assert_same_members(
        [member for member, _ in played], train_eagerly(tiny, method, rounds=8, changed=read_on_the_host)
    )


@pytest.mark.parametrize("broken", ["capture", "play"])
def test_an_engine_that_fails_ends_no_training(tiny, caplog, broken):
    class Broken(StackedEngine):
        def __init__(self, members):
            super().__init__(members)
            if broken == "capture":
                raise KeyError("a bug")

        def run(self, rounds):
            super().run(1)
            raise TypeError("a bug")

    played = make_members(tiny, method := tiny.method(rounds=8))
    with caplog.at_level(logging.WARNING, "aegan"):
        train_together(played, 8, ValidatedEngine(Broken))
    assert "a bug" in caplog.text
    assert_same_members([member for member, _ in played], train_eagerly(tiny, method, rounds=8))


def test_a_retired_member_leaves_the_others_to_a_new_program(tiny):
    members = [member for member, _ in make_members(tiny, tiny.method(), (0, 1, 2))]
    alone = [member for member, _ in make_members(tiny, tiny.method(), (0, 1, 2))]
    for member in members + alone:
        BatchedEngine([member]).play([member], 1)
    engine = StackedEngine(members)
    engine.play(members, 2)
    engine.retire(members[1])
    engine.play([members[0], members[2]], 3)
    assert engine.program.count == 2
    assert len({tensor.untyped_storage().data_ptr() for tensor in training_tensors(members[1]).values()}) > 8
    for member, rounds in zip(alone, (5, 2, 5), strict=True):
        StackedEngine([member]).play([member], rounds)
    for member, expected in zip(members, alone, strict=True):
        assert member.step == expected.step
        ours, theirs = training_tensors(member), training_tensors(expected)
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


def test_rounds_return_to_the_loop_in_time(tiny, monkeypatch):
    (member, _), *_ = make_members(tiny, tiny.method(), (0,))
    BatchedEngine([member]).play([member], 1)
    engine = StackedEngine([member])
    assert engine.max_rounds == 1, "nothing is known of the time of a round"
    engine.play([member], 2)
    engine.seconds_per_round = stacked_engine.SECONDS_PER_CALL / 3.5
    assert engine.max_rounds == 3
    engine.seconds_per_round = 10 * stacked_engine.SECONDS_PER_CALL
    assert engine.max_rounds == 1
