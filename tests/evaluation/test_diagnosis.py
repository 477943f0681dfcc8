"""The diagnosis of trained games, from the weights that training kept to its two tables."""

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.analysis.study_schema import DYNAMICS, PROBE
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.diagnosis import Patient, against_fresh, fresh_recruits, turning
from aegan.evaluation.game_field import players
from aegan.training.checkpoint import Checkpoints, save_tensors
from aegan.training.cohort import train, train_cohort

SETTINGS = {
    "discriminator_steps": 12, "schedule": {"name": "logarithmic", "points": 4}, "batches": 2, "eigenvalues": 5
}  # fmt: skip


@pytest.fixture(scope="session")
def trained_patient(tiny, tmp_path_factory):
    """A function from a role to the patient of a tiny cohort of seeds 0 and 1."""
    folder, patients = tmp_path_factory.mktemp("patients"), {}

    def make(role="none"):
        if role not in patients:
            chosen = tiny.method(role)
            recruit = tiny.recruits(chosen)
            members = train_cohort([0, 1], 12, recruit, Checkpoints(folder / role, "print")).members
            file = folder / f"{role}.safetensors"
            save_tensors(file, {member.seed: member.stages for member in members})
            rows = ArrayDataset(tiny.images())

            def codes(seed):
                return ArrayDataset(rows.map_batches(tiny.trained(seed).autoencoder.encode))

            alone = role == "none"
            patients[role] = Patient(chosen, rows, codes, lambda seed: None if alone else tiny.trained(seed), file)
        return patients[role]

    return make


def probed(patient, folder, seeds=(0, 1)):
    return against_fresh(patient, SETTINGS, list(seeds), Checkpoints(folder, "print").below)


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent", "warm_start"])
def test_a_table_of_every_stage_seed_and_look(trained_patient, tmp_path, role):
    table = probed(trained_patient(role), tmp_path)
    assert list(table) == PROBE[2:]
    looks = table.drop_duplicates(["seed", "stage", "step"])[["seed", "stage", "step"]]
    assert sorted(looks.itertuples(index=False, name=None)) == [
        (seed, stage, step) for seed in (0, 1) for stage in (6, 12) for step in (0, 1, 5, 12)
    ]
    assert np.isfinite(table["value"]).all()


def test_a_seed_alone_gives_what_it_gives_in_a_cohort(trained_patient, tmp_path):
    both, alone = probed(trained_patient(), tmp_path / "a"), probed(trained_patient(), tmp_path / "b", [1])
    pd.testing.assert_frame_equal(both[both["seed"] == 1].reset_index(drop=True), alone)


def test_an_interrupted_diagnosis_goes_on(trained_patient, tmp_path):
    patient, kept = trained_patient(), Checkpoints(tmp_path / "cut", "print", seconds=0)
    member, observers = fresh_recruits(patient, SETTINGS, 6)(0)
    train(member, 7, observers, kept.below(6))
    pd.testing.assert_frame_equal(probed(patient, tmp_path / "cut"), probed(patient, tmp_path / "whole"))


def test_the_fresh_discriminator_is_the_same_for_every_method_and_none_that_was_trained(trained_patient):
    fresh = [fresh_recruits(trained_patient(role), SETTINGS, 12)(0)[0].game for role in ("none", "warm_start")]
    first, second = (game.modules["discriminator"].state_dict() for game in fresh)
    assert all(torch.equal(first[key], second[key]) for key in first)
    trained = trained_patient().game(0, 12).modules["discriminator"].state_dict()
    assert not any(torch.equal(first[key], trained[key]) for key in first if "weight" in key)


def test_the_generator_is_that_of_its_stage(trained_patient):
    patient = trained_patient()
    member, _ = fresh_recruits(patient, SETTINGS, 6)(0)
    ours, theirs = member.game.modules["generator"].state_dict(), patient.game(0, 6).modules["generator"].state_dict()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    later = patient.game(0, 12).modules["generator"].state_dict()
    assert not torch.equal(ours["dense1.weight"], later["dense1.weight"])


@pytest.mark.parametrize("role", ["none", "reconstruction", "latent"])
def test_the_dynamics_of_every_stage(trained_patient, role):
    table = turning(trained_patient(role), SETTINGS, [0, 1])
    assert list(table) == DYNAMICS[2:]
    counts = table.groupby(["stage", "seed", "quantity"])["value"].size()
    for seed in (0, 1):
        for stage in (6, 12):
            assert counts[stage, seed, "eigenvalue_real"] == counts[stage, seed, "eigenvalue_imaginary"] == 5
            assert counts[stage, seed, "symplectic_share"] == 1
            assert counts[stage, seed, "log_condition"] == 16
        assert counts[12, seed, "path_angle"] == 21  # there is no path to the first stage
    assert table[table["quantity"] == "path_angle"]["value"].abs().max() <= 1


def jacobian_by_hand(game, patient):
    """The game's Jacobian, one row per parameter, by plain autograd in float64."""
    chosen = np.random.default_rng(0).choice(len(patient.images), 8)
    batch = patient.images.batch(chosen)
    for module in game.modules.values():
        module.double()
    batch = batch._replace(real=batch.real.double())
    own = players(game, batch, 0)
    field = torch.cat(
        [part.flatten() for weights, loss in own for part in torch.autograd.grad(loss(), weights, create_graph=True)]
    )
    weights = [weight for group, _ in own for weight in group]
    rows = [
        torch.cat([g.flatten() for g in torch.autograd.grad(entry, weights, retain_graph=True, materialize_grads=True)])
        for entry in field
    ]
    return torch.stack(rows), [sum(weight.numel() for weight in group) for group, _ in own]


def test_each_players_gradient_depends_on_the_other_player(tiny, trained_patient):
    patient = trained_patient()
    small = tiny.method(
        generator={"name": "dense", "width": 2, "depth": 1}, discriminator={"name": "dense", "width": 2, "depth": 1}
    )
    jacobian, (judge, _) = jacobian_by_hand(tiny.game(small), patient)
    # of a GAN that is a zero-sum game in its minimax loss, the two mixed blocks are each other's negative transpose
    mixed, other = jacobian[:judge, judge:], jacobian[judge:, :judge]
    assert mixed.abs().max() > 1e-4
    torch.testing.assert_close(mixed, -other.T, rtol=1e-9, atol=1e-12)
