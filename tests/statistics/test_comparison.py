"""One method against its baseline: pairing, signs, counted outcomes, diverged members."""

import numpy as np
import pandas as pd
import pytest

from aegan.statistics.comparison import Outcome, compare_with_baseline

HIGHER = Outcome("coverage", "", "higher", margin=0.5)
SETTINGS = {"confidence": 0.95, "resamples": 200}


def series(values, first_seed=0):
    return pd.Series(values, index=range(first_seed, first_seed + len(values)), dtype=float)


def compare(arm, baseline, outcome=HIGHER):
    return compare_with_baseline(arm, baseline, outcome, **SETTINGS, rng=np.random.default_rng(0))


def test_only_shared_seeds_are_compared():
    row = compare(series([5.0, 5.0, 5.0, 5.0]), series([1.0, 2.0, 2.0, 9.0], first_seed=1))
    assert row["n"] == 3
    assert row["effect"] == pytest.approx(np.mean([4, 3, 3]))
    assert row["smallest_p"] == 0.25


def test_an_improvement_is_positive_in_either_direction():
    lower = HIGHER._replace(better="lower")
    arm, baseline = series([1.0, 1.1, 0.9]), series([3.0, 3.2, 2.9])
    assert compare(arm, baseline, lower)["effect"] == -compare(arm, baseline)["effect"] > 0
    assert (compare(arm, baseline, lower)["improvement"], compare(arm, baseline)["improvement"]) == (1, 0)


def test_equivalence_needs_a_margin():
    values = np.arange(10.0)
    assert compare(series(values + 0.1), series(values))["p_equivalence"] == 2 / 1024
    assert np.isnan(compare(series(values + 0.1), series(values), HIGHER._replace(margin=None))["p_equivalence"])


def test_a_counted_outcome_has_a_range_and_no_test():
    row = compare(series([3.0, 5.0, 4.0]), series([1.0, 1.0, 1.0]), HIGHER._replace(counted=True))
    assert (row["low"], row["effect"], row["high"], row["n"]) == (2, 3, 4, 3)
    assert "p" not in row
    nothing = compare(series([1.0]), series([1.0], first_seed=5), HIGHER._replace(counted=True))
    assert (nothing["low"], nothing["high"], nothing["n"]) == (-np.inf, np.inf, 0)


def test_a_diverged_member_leaves_the_standard_deviation_unknown():
    row = compare(series([1.0, np.nan, 2.0]), series([1.0, 1.0, 1.0]))
    assert row["n"] == 3
    assert row["low"] == -np.inf
    assert np.isnan(row["spread"])


def test_a_tied_pair_tells_nothing_so_the_smallest_p_is_that_of_the_others():
    """Two censored or two diverged runs tie; one that beats a diverged one does not, nor do two equal numbers."""
    arm = series([np.inf, np.nan, 1.0, 3.0, 2.5, 2.0])
    baseline = series([np.inf, np.nan, np.nan, 1.0, 1.0, 2.0])
    row = compare(arm, baseline)
    assert (row["n"], row["tied"], row["smallest_p"]) == (6, 2, 2.0**-3)
    assert compare(arm[2:], baseline[2:])["smallest_p"] == row["smallest_p"]
    untied = compare(series(np.arange(6) + 1.0), series(np.arange(6)))
    assert (untied["tied"], untied["smallest_p"]) == (0, 2.0**-5)


def test_the_smallest_p_is_reached_whatever_the_ties():
    """Four pairs decide as four pairs do, with two ties beside them or without."""
    better = series([np.inf, -np.inf, 1.0, 2.0, 3.0, 4.0])
    row = compare(better, series([np.inf, -np.inf, 0.0, 0.0, 0.0, 0.0]))
    assert row["p"] == row["smallest_p"] == 2.0**-3
    assert row["spread"] == pytest.approx(np.std([1.0, 2.0, 3.0, 4.0], ddof=1))


def test_without_a_margin_equal_values_tell_nothing():
    rates = HIGHER._replace(margin=None, binary=True)
    row = compare(series([0.0, 0.0, 1.0, 1.0]), series([0.0, 1.0, 0.0, 1.0]), rates)
    assert (row["n"], row["tied"], row["smallest_p"]) == (4, 2, 0.5)
    assert compare(series([2.0]), series([1.0]), HIGHER._replace(counted=True))["tied"] == 0
