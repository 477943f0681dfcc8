"""The diagnosis of trained games, from the weights of their training stages to its table."""

import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.evaluation import diagnosis, early_end
from aegan.evaluation.diagnosis import fresh_discriminator_factory, probe_frozen_generators
from aegan.evaluation.restored_games import TrainedMethod
from aegan.tables import PROBE_COLUMNS
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train

SETTINGS = {"discriminator_steps": 12, "schedule": {"name": "logarithmic", "points": 4}, "batches": 2, "stages": "all"}


def probed(method, folder, seeds=(0, 1), **changes):
    return probe_frozen_generators(method, SETTINGS | changes, list(seeds), Checkpoints(folder, "print"))


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "warm_start"])
def test_a_table_of_every_stage_seed_and_look(trained_method, tmp_path, role):
    table = probed(trained_method(role), tmp_path)
    assert list(table) == PROBE_COLUMNS
    looks = table.drop_duplicates(["seed", "stage", "step"])[["seed", "stage", "step"]]
    assert sorted(looks.itertuples(index=False, name=None)) == [
        (seed, stage, step) for seed in (0, 1) for stage in (6, 12) for step in (0, 1, 5, 12)
    ]
    assert np.isfinite(table["value"]).all()


def test_a_seed_alone_gives_what_it_gives_in_a_cohort(trained_method, tmp_path):
    both, alone = probed(trained_method(), tmp_path / "a"), probed(trained_method(), tmp_path / "b", [1])
    pd.testing.assert_frame_equal(both[both["seed"] == 1].reset_index(drop=True), alone)


def test_an_interrupted_diagnosis_goes_on(trained_method, tmp_path):
    method, kept = trained_method(), Checkpoints(tmp_path / "cut", "print", seconds=0)
    member, observers = fresh_discriminator_factory(method, SETTINGS)((6, 0))
    train(member, 7, observers, kept)
    pd.testing.assert_frame_equal(probed(method, tmp_path / "cut"), probed(method, tmp_path / "whole"))


def test_the_fresh_discriminator_is_the_same_for_every_method_and_none_that_was_trained(trained_method):
    fresh = [
        fresh_discriminator_factory(trained_method(role), SETTINGS)((12, 0))[0].game for role in ("none", "warm_start")
    ]
    first, second = (game.modules["discriminator"].state_dict() for game in fresh)
    assert all(torch.equal(first[key], second[key]) for key in first)
    trained = trained_method().restore_game(0, 12).modules["discriminator"].state_dict()
    assert not any(torch.equal(first[key], trained[key]) for key in first if "weight" in key)


def test_the_generator_is_that_of_its_stage(trained_method):
    method = trained_method()
    member, _ = fresh_discriminator_factory(method, SETTINGS)((6, 0))
    ours, theirs = (
        member.game.modules["generator"].state_dict(),
        method.restore_game(0, 6).modules["generator"].state_dict(),
    )
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    later = method.restore_game(0, 12).modules["generator"].state_dict()
    assert not torch.equal(ours["dense1.weight"], later["dense1.weight"])


def test_trainings_name_their_stage(trained_method, tmp_path, caplog):
    caplog.set_level(logging.INFO, "aegan")
    probed(trained_method(), tmp_path)
    starts = [line.rpartition(": finished")[0] for line in caplog.messages]
    assert starts == [f"fresh discriminators: seed {seed} of stage {stage}" for stage in (6, 12) for seed in (0, 1)]


def test_a_stage_alone_gives_what_it_gives_beside_the_others(trained_method, tmp_path, monkeypatch):
    method = trained_method()
    every = probed(method, tmp_path / "a")
    alone = probed(method, tmp_path / "b", stages="last")
    pd.testing.assert_frame_equal(every[every["stage"] == 12].reset_index(drop=True), alone)


def test_without_any_stage_the_table_is_empty(trained_method, tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, "seeds_by_stage", lambda _stages, _seeds: {6: []})
    assert list(probed(trained_method(), tmp_path)) == PROBE_COLUMNS


def test_a_training_ends_at_a_step_of_the_schedule_whose_cross_entropy_is_low(trained_method, tmp_path, monkeypatch):
    method, kept, levels = trained_method(), Checkpoints(tmp_path / "cut", "print", seconds=0), iter([0.7, 0.6, 0.5])
    monkeypatch.setattr(early_end, "compute_cross_entropy", lambda *_: torch.tensor(next(levels)))
    ending = SETTINGS | {"until_cross_entropy": 0.5}
    make_member = fresh_discriminator_factory(method, ending)
    train(*make_member((6, 0))[:1], 3, make_member((6, 0))[1], kept)  # looks at 0.7 and 0.6, then is interrupted
    monkeypatch.setattr(diagnosis, "seeds_by_stage", lambda _stages, _seeds: {6: [0]})
    steps = probed(method, tmp_path / "cut", until_cross_entropy=0.5)["step"].unique()
    assert steps.tolist() == [0, 1, 5]  # not 12


def test_rows_are_held_out_only_for_an_early_end(trained_method):
    method = trained_method()
    (member, observers), (ending, (_, end)) = (
        fresh_discriminator_factory(method, SETTINGS | changes)((6, 0))
        for changes in ({}, {"until_cross_entropy": 0.1})
    )
    assert len(observers) == 1
    assert member.sampler.rows.tolist() == list(range(40))
    assert len(end.held_out) == 4
    assert sorted([*end.held_out, *ending.sampler.rows]) == list(range(40))


def test_a_discriminator_without_logits_has_no_early_end(trained_method, monkeypatch):
    restore = TrainedMethod.restore_with_fresh_discriminator
    without = lambda *key: replace(restore(*key), discriminator_task=None)  # noqa: E731
    monkeypatch.setattr(TrainedMethod, "restore_with_fresh_discriminator", without)
    _, observers = fresh_discriminator_factory(trained_method(), SETTINGS | {"until_cross_entropy": 0.1})((6, 0))
    assert len(observers) == 1
