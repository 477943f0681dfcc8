"""Overlap and cure: a discriminator that learns slower is told from a gradient that is better."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import tables_of

from aegan.analysis.diagnosis_summary import summarise_diagnosis
from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.matched_decay import (
    read_cure,
    read_cure_of_samples,
    read_overlap,
    read_overlap_of_samples,
)
from aegan.analysis.study_schema import DYNAMICS, HISTORY, PROBE, QUALITY
from aegan.tables import TRAINING_FAKES

NOTHING = pd.DataFrame(columns=HISTORY)
CHANCE = 2 * np.log(2)
LOOKS = np.unique(np.geomspace(1, 1001, 20).astype(int)) - 1  # at gradients
DENSE = np.unique([*LOOKS, *np.unique(np.geomspace(1, 1001, 100).astype(int)) - 1])


def fresh(method, seed, pace, decay=1.0, fakes=TRAINING_FAKES, stage=100, floor=0.0):
    """A run whose cross-entropy falls with its pace, and whose gradient is (its share of guessing's)^decay."""
    fall = lambda steps: np.maximum(CHANCE * (1 + pace * steps / 10) ** -1.5, floor)  # noqa: E731
    curves = {
        ("discriminator", "held_out_cross_entropy"): (DENSE, fall(DENSE)),
        ("discriminator", "train_cross_entropy"): (DENSE, fall(DENSE) / 2),
        ("generator", "minimax_gradient_norm"): (LOOKS, (fall(LOOKS) / CHANCE) ** decay),
        ("generator", "minimax_gsnr"): (LOOKS, np.ones(len(LOOKS))),
    }
    rows = [
        ("digits", method, seed, stage, fakes, step, network, "(all)", quantity, value)
        for (network, quantity), (steps, values) in curves.items()
        for step, value in zip(steps, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=PROBE)


def study(*runs, gradients=NOTHING):
    probe = pd.concat(runs, ignore_index=True)
    summary = summarise_diagnosis(probe, pd.DataFrame(columns=DYNAMICS))
    return tables_of(gradients, pd.DataFrame(columns=QUALITY), summary, probe)


def pairs(decay=1.0, slow=0.2, seeds=6):
    """A plain GAN, and a role before which the discriminator learns five times slower."""
    paces = 1 + np.arange(seeds) / seeds
    return [
        fresh(method, seed, pace * factor, own)
        for seed, pace in enumerate(paces)
        for method, factor, own in (("gan", 1.0, 1.0), ("role", slow, decay))
    ]


def test_a_discriminator_that_only_learns_slower_is_no_cure():
    tables = study(*pairs())
    lost = ENDPOINTS["fresh_lost"].read(tables)["digits"]
    assert ((lost["gan"] - lost["role"]) > 0.8).all()  # at equal steps the role seems to help
    cure = read_cure(tables, "role", "gan")
    assert cure.index.names == ["dataset", "seed"]
    np.testing.assert_allclose(cure["method"] - cure["baseline"], 0, atol=0.005)
    assert (cure["method"] > 0.9).all()  # and yet both have lost something
    for level in ("0.7", "0.3"):
        np.testing.assert_allclose(cure[f"method_at_{level}"] - cure[f"baseline_at_{level}"], 0, atol=0.005)
    overlap = read_overlap(tables, 0.3)["digits"]
    np.testing.assert_allclose(overlap["role"] - overlap["gan"], np.log10(5), atol=0.01)


@pytest.mark.parametrize("slow", [0.2, 1.0])
def test_a_gradient_that_fades_less_is_a_cure_whatever_the_pace(slow):
    cure = read_cure(study(*pairs(decay=0.5, slow=slow)), "role", "gan")
    np.testing.assert_allclose(cure["baseline"] - cure["method"], 0.5 * np.log10(CHANCE / cure["level"]), atol=0.005)
    np.testing.assert_allclose(
        cure["baseline_at_0.3"] - cure["method_at_0.3"], 0.5 * np.log10(CHANCE / 0.3), atol=0.005
    )


def test_a_pair_whose_discriminators_stay_near_guessing_tells_nothing():
    """At a cross-entropy near that of guessing no gradient is lost yet, however fast it fades later."""
    shallow = study(fresh("gan", 0, 1.0), fresh("role", 0, 0.01, decay=5.0, floor=1.38))
    cure = read_cure(shallow, "role", "gan")
    assert cure["level"].item() >= 1.38
    assert (cure[["method", "baseline"]] == -np.inf).all(axis=None)


def test_a_method_whose_every_run_diverged_is_paired_and_ranks_worst():
    fallen = pd.DataFrame([("digits", "role", 0, 5, "generator", "(all)", "diverged", np.nan)], columns=HISTORY)
    cure = read_cure(study(fresh("gan", 0, 1.0), gradients=fallen), "role", "gan")
    assert cure["method"].isna().tolist() == [True]
    assert cure["baseline"].notna().tolist() == [True]


def test_a_level_that_one_of_a_pair_does_not_reach_is_read_in_neither():
    tables = study(fresh("gan", 0, 2.0), fresh("role", 0, 2.0, floor=0.2))
    cure = read_cure(tables, "role", "gan").loc[("digits", 0)]
    assert cure["level"] == pytest.approx(0.2)
    assert cure["method"] == cure["baseline"] == pytest.approx(np.log10(CHANCE / 0.2), abs=0.005)
    assert cure[["method_at_0.3", "baseline_at_0.3"]].notna().all()
    assert cure[["method_at_0.1", "baseline_at_0.1", "method_at_0.05", "baseline_at_0.05"]].isna().all()


def test_overlap_is_censored_at_the_budget_and_nan_only_after_a_divergence():
    diverged = pd.DataFrame([("digits", "gan", 2, 50, "generator", "dense1", "diverged", 1.0)], columns=HISTORY)
    broken = fresh("role", 1, 2.0)
    late = (broken["quantity"] == "minimax_gradient_norm") & (broken["step"] > 100)
    tables = study(
        *(fresh("gan", 0, 2.0), fresh("role", 0, 2.0, floor=0.2), fresh("gan", 1, 2.0)),
        *(broken.assign(value=broken["value"].mask(late)), fresh("role", 2, 2.0)),
        gradients=diverged,
    )
    overlap = read_overlap(tables, 0.1)["digits"]
    exact = 10 / 2.0 * ((CHANCE / 0.1) ** (2 / 3) - 1)
    assert overlap["gan"][0] == pytest.approx(np.log10(exact), abs=0.002)
    assert overlap["role"][0] == np.inf
    assert np.isnan(overlap["role"][1])
    assert np.isnan(overlap["gan"][2])
    cure = read_cure(tables, "role", "gan").loc["digits"]
    assert np.isnan(cure["method"][1])
    assert np.isfinite(cure["baseline"][1])  # the one that did not diverge has a number, read at its own deepest
    assert np.isfinite(cure["method"][2])
    assert np.isnan(cure["baseline"][2])


def test_a_fresh_discriminator_that_diverged_is_not_censored():
    row = ("digits", "gan", 0, 100, TRAINING_FAKES, 60, "discriminator", "dense1", "diverged", 1.0)
    run = fresh("gan", 0, 0.01)
    tables = study(run[run["step"] <= 50], pd.DataFrame([row], columns=PROBE))
    assert np.isnan(read_overlap(tables, 0.05)["digits", "gan", 0])


def test_another_kind_of_fakes_is_read_where_a_method_has_it():
    samples = fresh("role", 0, 2.0, fakes="samples")
    tables = study(fresh("gan", 0, 1.0), fresh("role", 0, 0.2), samples)
    ahead = [read_overlap(tables, 0.3, *kind)["digits"]["role"][0] for kind in ((), ("samples",))]
    assert ahead[0] - ahead[1] == pytest.approx(1, abs=0.01)
    cure = read_cure(tables, "role", "gan", fakes="samples")
    assert cure["level"].item() == fresh("gan", 0, 1.0)["value"][: len(DENSE)].min()  # the plain GAN is now the slower


def test_the_last_stage_is_read():
    tables = study(fresh("gan", 0, 0.2, stage=10), fresh("gan", 0, 2.0, stage=100))
    assert read_overlap(tables, 0.3).equals(read_overlap(study(fresh("gan", 0, 2.0)), 0.3))
    faster = study(fresh("gan", 0, 20.0, stage=10), fresh("gan", 0, 2.0, stage=100))
    assert read_overlap(faster, 0.3).equals(read_overlap(study(fresh("gan", 0, 2.0)), 0.3))


def test_methods_without_log_odds_and_studies_without_a_diagnosis_have_neither():
    rows = fresh("gan", 0, 1.0)
    tables = study(rows[~rows["quantity"].str.endswith("cross_entropy")])
    for own in (tables, study(rows.iloc[:0])):
        assert read_overlap(own, 0.3).empty
        cure = read_cure(own, "gan", "gan")
        assert cure.empty
        assert list(cure)[:3] == ["level", "method", "baseline"]


def test_samples_are_compared_where_a_side_has_them_besides_its_training_fakes():
    """A role that is ahead with its samples and behind with what it trains on; a plain GAN trains on its samples."""
    samples = [fresh("role", seed, 2.0, fakes="samples") for seed in (0, 1)]
    runs = [fresh(method, seed, pace) for seed in (0, 1) for method, pace in (("gan", 1.0), ("role", 0.2), ("r1", 1.0))]
    tables = study(*runs, *samples)
    alone = study(
        *[run for run in runs if run["method"].iloc[0] != "role"],
        *(own.assign(fakes=TRAINING_FAKES) for own in samples),
    )
    for name, read in (("cure", read_cure_of_samples), ("overlap", partial(read_overlap_of_samples, level=0.3))):
        assert ENDPOINTS[f"{name}_samples"].category == ENDPOINTS[name].category
        for own in (read(tables, "r1", "gan"), read(study(*runs), "role", "gan")):
            assert own[["method", "baseline"]].empty  # the same numbers as those of the training fakes
        found = read(tables, "role", "gan")
        assert found.index.tolist() == [("digits", 0), ("digits", 1)]
        swapped = read(tables, "gan", "role")
        assert swapped["method"].equals(found["baseline"])
    pd.testing.assert_frame_equal(read_cure_of_samples(tables, "role", "gan"), read_cure(alone, "role", "gan"))
    steps = read_overlap(alone, 0.3)["digits"]
    np.testing.assert_array_equal(read_overlap_of_samples(tables, "role", "gan", 0.3)["method"], steps["role"])
    np.testing.assert_array_equal(read_overlap_of_samples(tables, "role", "gan", 0.3)["baseline"], steps["gan"])


def test_samples_are_compared_on_no_other_data_set():
    elsewhere = [fresh(method, 0, 1.0).assign(dataset="ring") for method in ("gan", "role")]
    tables = study(fresh("gan", 0, 1.0), fresh("role", 0, 0.2), fresh("role", 0, 2.0, fakes="samples"), *elsewhere)
    assert read_cure_of_samples(tables, "role", "gan").index.tolist() == [("digits", 0)]
    assert read_overlap_of_samples(tables, "role", "gan", 0.3).index.tolist() == [("digits", 0)]
