"""Corrections for the number of tests, by hand and against an oracle."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from aegan.statistics.families import (
    Hypothesis,
    Plan,
    adjust_benjamini_hochberg,
    adjust_family,
    adjust_holm,
    adjust_replication,
)

FIRST, SECOND, OTHER = (Hypothesis("digits", method, "gan", "fd") for method in ("a", "b", "c"))


def test_families_are_those_of_the_plan():
    plan = Plan([FIRST], {SECOND: FIRST})
    assert [plan.name_family(own) for own in (FIRST, SECOND, OTHER)] == ["primary", "replication", "secondary"]
    assert Plan().name_family(FIRST) == "secondary"


def test_holm_by_hand_in_the_order_given():
    assert adjust_holm(np.array([0.04, 0.01, 0.03]), "abc", 3) == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_holm(np.empty(0), "", 0).shape == (0,)


def test_with_one_test_per_comparison_it_is_holms_method():
    p = np.random.default_rng(0).random(12) ** 3
    assert adjust_holm(p, range(12), 12) == pytest.approx(multipletests(p, method="holm")[1])


def test_two_tests_of_a_comparison_count_as_one_until_both_are_rejected():
    # a: .001 and .002; b: .01 and .5. Multipliers 2, 2, then 1, as nothing of a is left.
    p, comparisons = np.array([0.001, 0.002, 0.01, 0.5]), "aabb"
    assert adjust_holm(p, comparisons, 2) == pytest.approx([0.002, 0.004, 0.01, 0.5])
    # a has one test left beside b: the multiplier stays 2
    assert adjust_holm(np.array([0.001, 0.9, 0.01, 0.5]), comparisons, 2) == pytest.approx([0.002, 1, 0.02, 1])


def test_a_planned_comparison_without_data_keeps_its_share():
    assert adjust_holm(np.array([0.01]), "a", 4) == pytest.approx([0.04])


def test_a_family_is_adjusted_over_both_tests_and_without_the_missing_ones():
    p = np.array([[0.01, 0.6], [0.03, np.nan]])
    assert adjust_family(p, "primary", 2) == pytest.approx(np.array([[0.02, 0.6], [0.06, np.nan]]), nan_ok=True)
    expected = false_discovery_control([0.01, 0.6, 0.03])
    assert adjust_family(p, "secondary", 2)[~np.isnan(p)] == pytest.approx(expected)
    assert adjust_family(np.empty((0, 2)), "secondary", 0).shape == (0, 2)


def test_false_discovery_rate_by_hand():
    assert adjust_benjamini_hochberg(np.array([0.04, 0.01, 0.03])) == pytest.approx([0.04, 0.03, 0.04])
    assert adjust_benjamini_hochberg(np.empty(0)).shape == (0,)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("helps", [0.03, np.nan]),
        ("hurts", [0.03, np.nan]),
        ("equivalent", [np.nan, 0.2]),
        ("undecided", [np.nan, np.nan]),
    ],
)
def test_a_replication_repeats_the_test_that_decided_at_its_share(decision, expected):
    before, own = np.array([0.03, 0.04]), np.array([0.001, 0.02])
    # five comparisons have ten tests: .001 becomes .01, which the p before it exceeds, and .02 becomes .2
    assert adjust_replication(own, before, decision, 5) == pytest.approx(np.array(expected), nan_ok=True)
