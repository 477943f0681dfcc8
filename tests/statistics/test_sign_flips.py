"""The exact sign-flip test against oracles, and by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aegan.statistics.sign_flips import sign_flip_p, sign_flip_tails


@given(st.lists(st.integers(-1000, 1000).filter(bool), min_size=2, max_size=10, unique_by=abs))
def test_sign_flips_are_the_exact_signed_rank_test(change):
    oracle = stats.wilcoxon(change, method="exact").pvalue
    assert sign_flip_p(np.array(change, float)) == pytest.approx(oracle)


def test_many_pairs_are_exact_too():
    change = np.random.default_rng(0).normal(0.4, 1, size=40)
    assert sign_flip_p(change) == pytest.approx(stats.wilcoxon(change, method="exact").pvalue)


def test_sign_flips_keep_the_level_and_find_an_effect():
    draws = np.random.default_rng(1)
    # The exact level at n = 8 and alpha = .05 is 10/256: 200 studies give at most 17 with probability .999.
    assert (sign_flip_p(draws.standard_t(2, size=(200, 8))) < 0.05).sum() <= 17
    assert (sign_flip_p(draws.normal(2, 1, size=(100, 8))) < 0.05).sum() > 90


def enumerate_tails(change):
    """The share of sign patterns whose signed ranks sum to at least, and to at most, the observed sum."""
    ranks = np.sign(change) * stats.rankdata(np.abs(change))
    sums = [np.dot(signs, ranks) for signs in itertools.product([1, -1], repeat=len(ranks))]
    return np.mean(np.array(sums) >= ranks.sum()), np.mean(np.array(sums) <= ranks.sum())


@given(st.lists(st.sampled_from([-np.inf, -2.0, -1.0, 0.0, 1.0, 3.0, np.inf]), min_size=1, max_size=9))
def test_ties_zeros_and_infinities_are_those_of_all_patterns(change):
    assert sign_flip_tails(np.array(change)) == pytest.approx(enumerate_tails(np.array(change)))


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=30))
def test_of_rates_it_is_the_exact_test_of_mcnemar(change):
    more, less = change.count(1), change.count(-1)
    oracle = stats.binomtest(more, more + less).pvalue if more + less else 1
    assert sign_flip_p(np.array(change, float)) == pytest.approx(oracle)


def test_many_studies_are_tested_like_each():
    changes = np.random.default_rng(0).integers(-3, 4, size=(4, 5, 7)).astype(float)
    expected = [[sign_flip_p(study) for study in own] for own in changes]
    assert sign_flip_p(changes) == pytest.approx(np.array(expected))


def test_without_pairs_nothing_is_found():
    assert sign_flip_p(np.empty(0)) == 1
