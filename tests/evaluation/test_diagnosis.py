"""The diagnosis of trained games, from the weights of their training stages to its table."""

import logging

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.evaluation.diagnosis import fresh_discriminator_factory, probe_frozen_generators
from aegan.tables import PROBE_COLUMNS
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train

SETTINGS = {"discriminator_steps": 12, "schedule": {"name": "logarithmic", "points": 4}, "batches": 2}


def probed(method, folder, seeds=(0, 1)):
    return probe_frozen_generators(method, SETTINGS, list(seeds), Checkpoints(folder, "print").subfolder)


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
    member, observers = fresh_discriminator_factory(method, SETTINGS, 6)(0)
    train(member, 7, observers, kept.subfolder(6))
    pd.testing.assert_frame_equal(probed(method, tmp_path / "cut"), probed(method, tmp_path / "whole"))


def test_the_fresh_discriminator_is_the_same_for_every_method_and_none_that_was_trained(trained_method):
    fresh = [
        fresh_discriminator_factory(trained_method(role), SETTINGS, 12)(0)[0].game for role in ("none", "warm_start")
    ]
    first, second = (game.modules["discriminator"].state_dict() for game in fresh)
    assert all(torch.equal(first[key], second[key]) for key in first)
    trained = trained_method().restore_game(0, 12).modules["discriminator"].state_dict()
    assert not any(torch.equal(first[key], trained[key]) for key in first if "weight" in key)


def test_the_generator_is_that_of_its_stage(trained_method):
    method = trained_method()
    member, _ = fresh_discriminator_factory(method, SETTINGS, 6)(0)
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
    assert starts == [
        f"fresh discriminator, generator of round {stage} (stage {place} of 2): seed {seed}"
        for place, stage in ((1, 6), (2, 12))
        for seed in (0, 1)
    ]
