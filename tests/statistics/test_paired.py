import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aegan.errors import InputError
from aegan.statistics.paired import (
    bootstrap_interval,
    equivalence_p,
    estimate_paired_effect,
    smallest_p,
    subtract_pairs,
)
from aegan.statistics.sign_flips import sign_flip_p
from aegan.statistics.stratified import interquartile_mean

LOST, WON = -np.inf, np.inf


def rng():
    return np.random.default_rng(0)


def compare(arm, baseline):
    arm, baseline = np.asarray(arm, float), np.asarray(baseline, float)
    return estimate_paired_effect(arm, baseline, confidence=0.95, resamples=2000, rng=rng())


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_by_hand():
    result = compare([1, 2, 3, 4, 100], [0, 0, 0, 0, 0])
    assert result.effect == 3  # the mean of 2, 3 and 4
    assert result.p == 2 / 32
    assert result.n == 5
    assert 1 <= result.low < 3 < result.high <= 100


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25))
def test_iqm_of_finite_values_is_the_trimmed_mean(values):
    assert interquartile_mean(np.array(values)) == pytest.approx(stats.trim_mean(values, 0.25), abs=1e-6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([LOST, 1, 2, 3], 1.5),  # trimmed away
        ([LOST, LOST, 2, 3], LOST),
        ([LOST, LOST, WON, WON], 0),  # one cancels the other
        ([LOST, 3, WON], 3),
        ([LOST] * 4 + [1] * 4 + [WON] * 4, 1),
        ([LOST, LOST, 5, WON, WON], 5),
        ([LOST, LOST, 3, WON, WON, WON], WON),
    ],
)
def test_iqm_of_outright_wins_and_losses(values, expected):
    assert interquartile_mean(np.array(values, float)) == expected


def test_interval_agrees_with_scipy():
    change = rng().normal(size=12)
    low, high = bootstrap_interval(change, confidence=0.9, resamples=20_000, rng=rng())
    oracle = stats.bootstrap(
        (change,),
        lambda x, axis: stats.trim_mean(x, 0.25, axis=axis),
        confidence_level=0.9,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert (low, high) == pytest.approx((oracle.low, oracle.high), abs=0.03)


@pytest.mark.parametrize(("n", "coverage"), [(3, 0.75), (5, 0.90), (10, 0.93), (20, 0.93)])
def test_interval_covers_as_documented(n, coverage):
    draws = np.random.default_rng(n)
    ends = [bootstrap_interval(draws.normal(size=n), confidence=0.95, resamples=400, rng=draws) for _ in range(600)]
    assert np.mean([low <= 0 <= high for low, high in ends]) == pytest.approx(coverage, abs=0.05)


def test_a_diverged_member_ranks_last_and_is_never_dropped():
    arm = [5, 6, np.nan, 8, np.nan]
    assert subtract_pairs(np.array(arm), np.array([1, 1, 1, np.nan, -np.inf])).tolist() == [4, 5, LOST, WON, 0]
    kept, lost = compare([1, 2, 3, 4, 5, 6], [0] * 6), compare([1, 2, 3, 4, 5, np.nan], [0] * 6)
    assert lost.n == kept.n == 6
    assert lost.effect < kept.effect
    assert lost.low == LOST
    assert kept.p == 2 / 64
    # The loss has rank 6 of 21, and 14 of 64 patterns put a rank sum of at most 6 on one side.
    assert lost.p == 28 / 64


def test_arms_that_always_diverge():
    assert compare([np.nan] * 6, [1] * 6) == (LOST, LOST, LOST, 2 / 64, 6)
    assert compare([1] * 6, [np.nan] * 6) == (WON, WON, WON, 2 / 64, 6)
    effect, *others = compare([np.nan] * 6, [np.nan] * 6)
    assert np.isnan(effect)
    assert others == [LOST, WON, 1, 6]


def test_degenerate_studies():
    assert compare([3], [1]) == (2, LOST, WON, 1, 1)
    assert compare([3] * 6, [1] * 6) == (2, 2, 2, 2 / 64, 6)
    assert compare([1] * 6, [1] * 6) == (0, 0, 0, 1, 6)
    empty = compare([], [])
    assert np.isnan(empty.effect)
    assert empty[1:] == (LOST, WON, 1, 0)


def test_arms_of_different_length_are_refused():
    with pytest.raises(InputError, match=r"arm: shape \(2,\) against \(3,\)"):
        compare([1, 2], [1, 2, 3])


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8), st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_exchanging_the_arms_turns_the_sign(arm, baseline):
    baseline = baseline[: len(arm)]
    there, back = compare(arm, baseline), compare(baseline, arm)
    assert back.effect == pytest.approx(-there.effect)
    assert back.p == there.p
    assert there.low <= there.high


def test_a_censored_value_ranks_best_and_ties_with_another():
    censored, number = np.array([WON, WON, WON]), np.array([WON, 3.0, np.nan])
    assert subtract_pairs(censored, number).tolist() == [0, WON, WON]
    assert subtract_pairs(number, censored).tolist() == [0, LOST, LOST]


def test_pairs_of_two_equal_infinities_have_a_part_in_the_test_alone():
    arm, baseline = np.array([WON] * 5 + [2.0, 3.0, 4.0] * 2), np.array([WON] * 5 + [1.0] * 6)
    told = compare(arm[5:], baseline[5:])
    assert compare(arm, baseline)[:3] == told[:3]
    assert compare(arm, baseline)[3:] == (2 / 64, 11)
    zeros = compare([1.0] * 5 + [2.0] * 4, [1.0] * 9)
    assert zeros.low == 0.0  # equal numbers are known to differ by nothing


@given(st.lists(st.integers(0, 359), min_size=12, max_size=12), st.lists(st.integers(0, 359), min_size=12, max_size=12))
def test_fractions_tie_as_their_counts_do(arm, baseline):
    counts, fractions = ((np.array(arm) / share, np.array(baseline) / share) for share in (1, 359))
    rounded = tuple(np.array([float(f"{value:.9g}") for value in side]) for side in fractions)  # as in a table
    for values in (fractions, rounded):
        assert sign_flip_p(subtract_pairs(*values)) == sign_flip_p(subtract_pairs(*counts))
        assert equivalence_p(*values, 18 / 359) == equivalence_p(*counts, 18)
    np.testing.assert_allclose(subtract_pairs(*fractions) * 359, subtract_pairs(*counts), atol=1e-9)


def test_a_difference_of_the_margin_itself_is_not_equivalent():
    assert equivalence_p(np.full(12, 0.35), np.full(12, 0.10), 0.25) == 1  # 0.35 − 0.10 < 0.25 in floating point


def test_equivalence_is_two_sign_flip_tests_by_hand():
    arm, baseline = np.array([0.25, -0.5, 0.125, 0.0, 0.375]), np.zeros(5)
    assert equivalence_p(arm, baseline, 1.0) == 2 / 32  # all five differences lie within ±1
    # less .25 they are 0, −.75, −.125, −.25, .125, of ranks 1, 5, 2.5, 4, 2.5: the gain has 2.5, and so have at most
    # three of the 16 patterns of the four that are not zero
    assert equivalence_p(arm, baseline, 0.25) == pytest.approx(2 * 3 / 16)
    assert equivalence_p(arm + 9, baseline, 1.0) == equivalence_p(arm - 9, baseline, 1.0) == 1


def test_two_of_equal_infinities_tell_nothing_about_equivalence():
    near = np.full(6, 0.1)
    assert equivalence_p(near, near, 1.0) == 2 / 64
    assert equivalence_p(np.full(6, WON), np.full(6, WON), 1.0) == 1  # both censored
    assert equivalence_p(np.full(6, np.nan), np.full(6, np.nan), 1.0) == 1  # both diverged
    half = np.array([0.1, 0.1, 0.1, np.nan, np.nan, np.nan])
    assert equivalence_p(half, half, 1.0) == 2 / 8


def test_equivalence_keeps_the_level_of_a_two_sided_test_on_the_margin():
    draws = np.random.default_rng(2).normal(1, 0.3, size=(4000, 10))
    found = equivalence_p(draws, np.zeros_like(draws), 1.0) < 0.05
    assert 0.018 < np.mean(found) < 0.031  # one tail of it


@pytest.mark.parametrize(("n", "p"), [(1, 1), (2, 0.5), (3, 0.25), (5, 0.0625), (6, 0.03125), (10, 2 / 1024)])
def test_the_smallest_p_is_reached_when_every_seed_agrees(n, p):
    change = np.arange(1.0, n + 1)
    assert smallest_p(n) == p
    assert sign_flip_p(change) == p
    assert sign_flip_p(-change) == p


def test_smallest_p_without_pairs():
    assert smallest_p(0) == 1
