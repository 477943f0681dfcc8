"""The diagnosis of trained games, from the weights of their training stages to its table."""

import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.evaluation import cross_entropy, diagnosis
from aegan.evaluation.cross_entropy import CrossEntropyCurves
from aegan.evaluation.diagnosis import Key, fresh_discriminator_factory, probe_frozen_generators, tabulate_readings
from aegan.evaluation.restored_games import TrainedMethod, drop_regularisers
from aegan.tables import PROBE_COLUMNS, TRAINING_FAKES
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train

SETTINGS = {
    "discriminator_steps": 12,
    "schedule": {"name": "logarithmic", "points": 4},
    "batches": 2,
    "stages": "all",
    "penalty": False,
}


def probed(method, folder, seeds=(0, 1), **changes):
    return probe_frozen_generators(method, SETTINGS | changes, list(seeds), Checkpoints(folder, "print"))


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "warm_start"])
def test_a_table_of_every_stage_seed_and_look(trained_method, tmp_path, role):
    table = probed(trained_method(role), tmp_path)
    assert list(table) == PROBE_COLUMNS
    assert set(table["fakes"]) == {TRAINING_FAKES} | ({"samples"} if role == "reconstruction" else set())
    for (_, dense), own in table.groupby(["fakes", table["quantity"].str.endswith("cross_entropy")]):
        looks = own.drop_duplicates(["seed", "stage", "step"])[["seed", "stage", "step"]]
        assert sorted(looks.itertuples(index=False, name=None)) == [
            (seed, stage, step)
            for seed in (0, 1)
            for stage in (6, 12)
            for step in (range(13) if dense else (0, 1, 5, 12))
        ]
    assert np.isfinite(table["value"]).all()


def test_a_seed_alone_gives_what_it_gives_in_a_cohort(trained_method, tmp_path):
    both, alone = probed(trained_method(), tmp_path / "a"), probed(trained_method(), tmp_path / "b", [1])
    pd.testing.assert_frame_equal(both[both["seed"] == 1].reset_index(drop=True), alone)


def test_an_interrupted_diagnosis_goes_on(trained_method, tmp_path):
    method, kept = trained_method(), Checkpoints(tmp_path / "cut", "print", seconds=0)
    member, observers = fresh_discriminator_factory(method, SETTINGS)(Key(6, 0))
    train(member, 7, observers, kept)
    pd.testing.assert_frame_equal(probed(method, tmp_path / "cut"), probed(method, tmp_path / "whole"))


def test_the_fresh_discriminator_is_the_same_for_every_method_and_none_that_was_trained(trained_method):
    fresh = [
        fresh_discriminator_factory(trained_method(role), SETTINGS)(Key(12, 0))[0].game
        for role in ("none", "warm_start")
    ]
    first, second = (game.modules["discriminator"].state_dict() for game in fresh)
    assert all(torch.equal(first[key], second[key]) for key in first)
    trained = trained_method().restore_game(0, 12).modules["discriminator"].state_dict()
    assert not any(torch.equal(first[key], trained[key]) for key in first if "weight" in key)


def test_the_generator_is_that_of_its_stage(trained_method):
    method = trained_method()
    member, _ = fresh_discriminator_factory(method, SETTINGS)(Key(6, 0))
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
    method, kept = trained_method(), Checkpoints(tmp_path / "cut", "print", seconds=0)
    levels = iter(np.repeat([0.7, 0.6, 0.4, 0.5, 0.4, 0.3], 2))  # held-out and training rows of steps 0 to 5
    monkeypatch.setattr(cross_entropy, "compute_cross_entropy", lambda *_: torch.tensor(next(levels)))
    ending = SETTINGS | {"until_cross_entropy": 0.5}
    make_member = fresh_discriminator_factory(method, ending)
    train(*make_member(Key(6, 0))[:1], 3, make_member(Key(6, 0))[1], kept)  # interrupted
    monkeypatch.setattr(diagnosis, "seeds_by_stage", lambda _stages, _seeds: {6: [0]})
    table = probed(method, tmp_path / "cut", until_cross_entropy=0.5)
    assert table["step"].unique().tolist() == [0, 1, 5, 2, 3, 4]  # not 2, which is not of the schedule, and not 12
    curve = table[table["quantity"] == "held_out_cross_entropy"]["value"]
    np.testing.assert_allclose(curve, [0.7, 0.6, 0.4, 0.5, 0.4, 0.3])


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent"])
def test_rows_are_held_out_from_the_training_of_the_discriminator(trained_method, role):
    """The same rows for every method and kind of fakes."""
    for fakes in (TRAINING_FAKES, "samples")[: 1 + (role == "reconstruction")]:
        member, (gradients, curves) = fresh_discriminator_factory(trained_method(role), SETTINGS)(Key(6, 0, fakes))
        held_out, kept = curves.rows
        assert gradients.rows.tolist() == held_out.tolist()
        assert len(held_out) == 8
        assert sorted([*held_out, *kept]) == list(range(40))
        assert sorted(kept) == member.sampler.rows.tolist()
        plain = fresh_discriminator_factory(trained_method(), SETTINGS)(Key(12, 0))[1][1].rows[0]
        assert held_out.tolist() == plain.tolist()
        for rows, drawn in zip((held_out, kept), curves._draw(member), strict=True):
            images = member.dataset.select_batch(rows).real.flatten(1).tolist()
            assert all(image in images for real, _, _ in drawn for image in real.flatten(1).tolist())


def test_the_discriminator_is_set_against_reconstructions_and_against_samples(trained_method):
    """Held out or not, fakes of the first kind are the reconstructions of the real rows, of the second draws."""
    make_member = fresh_discriminator_factory(trained_method("reconstruction"), SETTINGS)
    far = {}
    for fakes in (TRAINING_FAKES, "samples"):
        member, (probe, curves) = make_member(Key(12, 0, fakes))
        game = probe.game
        assert member.game.players[0].module is game.modules["discriminator"]
        (real, fake, batch), *_ = curves._draw(member)[0]
        far[fakes] = (fake - game.reconstruct(batch.real)).abs().max().item()
        assert torch.equal(real, batch.real)
        rng = lambda: torch.Generator().manual_seed(0)  # noqa: E731
        logits = [curves.task.compute_logits(own, batch) for own in (real, curves.task.fake(batch, rng()))]
        expected = -torch.nn.functional.logsigmoid(logits[0]).mean() - torch.nn.functional.logsigmoid(-logits[1]).mean()
        torch.testing.assert_close(member.game.players[0].loss(batch, rng()), expected)
    assert far[TRAINING_FAKES] < 1e-5 < far["samples"]


NETWORK = {"name": "dense", "width": 8, "depth": 1}
REGULARISED = {
    "penalty": {"name": "r1", "gamma": 10.0},
    "constraint": {"name": "clip"},
    "augmentations": [{"name": "instance_noise", "deviation": 1.0}],
    "discriminator": NETWORK | {"normalisation": "spectral"},
}


@pytest.mark.parametrize("regulariser", REGULARISED)
def test_the_fresh_discriminator_is_that_of_the_plain_gan_unless_regularisation_is_asked_for(
    trained_method, regulariser
):
    """Bit by bit, in its weights, in its loss and after a step; asked for, it is another one."""
    method = trained_method()
    regularised = method._replace(method=method.method | {regulariser: REGULARISED[regulariser]})
    sides = {"plain": (method, False), "regularised": (regularised, False), "asked": (regularised, True)}
    read = {}
    for side, (own, asked) in sides.items():
        member, observers = fresh_discriminator_factory(own, SETTINGS | {"penalty": asked})(Key(6, 0))
        train(member, 3, observers)
        read[side] = tabulate_readings(Key(6, 0), member, observers)
    pd.testing.assert_frame_equal(read["plain"], read["regularised"])
    assert not read["plain"].equals(read["asked"])


def test_what_belongs_to_the_network_of_the_fresh_discriminator_stays():
    network = NETWORK | {"normalisation": "layer"}
    method = {"loss": {"name": "minimax"}, "discriminator": network, "packing": 2, "minibatch_averaging": True}
    assert drop_regularisers(method | {"penalty": {"name": "r1"}}) == method
    assert drop_regularisers({"role": {"name": "ebgan"}}) == {"role": {"name": "ebgan"}}


@pytest.mark.parametrize(
    ("loss", "meant"),
    [
        ({"name": "minimax"}, True),
        ({"name": "non_saturating"}, True),
        ({"name": "minimax", "smoothing": 0.1}, False),
        ({"name": "hinge"}, False),
        ({"name": "least_squares"}, False),
        ({"name": "wasserstein"}, False),
        ({"name": "relativistic"}, False),
    ],
)
def test_losses_of_probabilities_are_measured_only_of_logits_that_are_log_odds(trained_method, tmp_path, loss, meant):
    method = trained_method()
    penalised = {key: REGULARISED[key] for key in ("penalty", "constraint")}
    method = method._replace(method=method.method | penalised | {"loss": loss})
    assert (drop_regularisers(method.method) is method.method) != meant  # a critic keeps what bounds it
    table = probed(method, tmp_path, [0], stages="last", discriminator_steps=2)
    found = set(table["quantity"])
    assert {"own_gradient_norm", "own_gsnr", "accuracy", "loss"} <= found
    assert (
        {"minimax_gradient_norm", "minimax_slope", "non_saturating_gain", "held_out_cross_entropy"} <= found
    ) == meant
    assert any(name.startswith(("minimax", "non_saturating", "held_out", "train_")) for name in found) == meant


def test_a_discriminator_without_logits_has_no_cross_entropy(trained_method, monkeypatch):
    restore = TrainedMethod.restore_with_fresh_discriminator
    without = lambda *key: replace(restore(*key), discriminator_task=None)  # noqa: E731
    monkeypatch.setattr(TrainedMethod, "restore_with_fresh_discriminator", without)
    _, observers = fresh_discriminator_factory(trained_method(), SETTINGS)(Key(6, 0))
    assert not any(isinstance(observer, CrossEntropyCurves) for observer in observers)
