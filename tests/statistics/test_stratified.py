import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aegan.statistics.stratified import (
    bootstrap_strata,
    interquartile_mean,
    performance_profile,
    probability_of_improvement,
)

LOST = -np.inf
OPTIONS = {"confidence": 0.9, "resamples": 5000}
scores = st.lists(st.integers(-3, 3), min_size=2, max_size=8)


def rng():
    return np.random.default_rng(0)


def pairs(arm, baseline):
    return np.stack([np.asarray(arm, float), np.asarray(baseline, float)], axis=-1)


@given(scores, scores)
def test_improvement_is_the_u_of_mann_and_whitney(arm, baseline):
    arm, baseline = arm[: len(baseline)], baseline[: len(arm)]
    u = stats.mannwhitneyu(arm, baseline).statistic
    assert probability_of_improvement([pairs(arm, baseline)]) == pytest.approx(u / len(arm) ** 2)


def test_improvement_by_hand():
    assert probability_of_improvement([pairs([1, 2], [0, 2])]) == (1 + 0 + 1 + 0.5) / 4
    assert (
        probability_of_improvement([pairs([LOST, 2], [LOST, 1])]) == (0.5 + 0 + 1 + 1) / 4
    )  # a lost run loses, and ties with its like
    assert (
        probability_of_improvement([pairs([1] * 9, [0] * 9), pairs([0], [1])]) == 0.5
    )  # data sets weigh the same, not runs


def test_interval_of_improvement_agrees_with_scipy():
    arm, baseline = rng().normal(size=(2, 12))
    oracle = stats.bootstrap(
        (arm, baseline), lambda x, y: float(probability_of_improvement([pairs(x, y)])), paired=True, vectorized=False,
        confidence_level=0.9, n_resamples=5000, method="percentile", rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    low, high = bootstrap_strata([pairs(arm, baseline)], probability_of_improvement, **OPTIONS, rng=rng())
    assert (low, high) == pytest.approx((oracle.low, oracle.high), abs=0.03)


def pooled_interquartile_mean(strata):
    return interquartile_mean(np.concatenate(strata, axis=-1))


def test_the_pooled_iqm_is_that_of_all_runs_together():
    first, second = np.arange(5.0), np.array([10.0, 20.0, 30.0])
    assert (
        pooled_interquartile_mean([first, second])
        == interquartile_mean(np.concatenate([first, second]))
        == (2 + 3 + 4 + 10) / 4
    )


def test_every_data_set_keeps_its_runs_in_every_resample():
    """Data sets that differ, each without spread, have no interval: a bootstrap over all runs would give one."""
    strata = [np.zeros(4), np.full(2, 8.0)]
    assert bootstrap_strata(strata, pooled_interquartile_mean, **OPTIONS, rng=rng()) == (2, 2)
    low, high = bootstrap_strata([np.concatenate(strata)], pooled_interquartile_mean, **OPTIONS, rng=rng())
    assert low < 2 < high


def test_profile_by_hand():
    thresholds = np.array([0.0, 1.0, 2.0, 3.0])
    assert performance_profile([np.array([1.0, 2.0])], thresholds).tolist() == [1, 1, 0.5, 0]
    lost = performance_profile([np.array([1.0, 2.0]), np.array([LOST, 3.0, 3.0, 3.0])], thresholds)
    assert lost.tolist() == [(1 + 0.75) / 2, (1 + 0.75) / 2, (0.5 + 0.75) / 2, 0.75 / 2]


@given(st.lists(scores.map(np.array), min_size=1, max_size=3))
def test_a_profile_is_one_minus_the_empirical_distribution(strata):
    thresholds = np.arange(-4.0, 5.0)
    oracle = [1 - stats.ecdf(runs).cdf.evaluate(thresholds - 0.5) for runs in strata]
    assert performance_profile(strata, thresholds) == pytest.approx(np.mean(oracle, axis=0))


def test_the_band_of_a_profile_holds_it_and_has_the_quantiles_of_a_binomial():
    runs, thresholds = np.arange(20.0), np.array([-1.0, 10.0, 20.0])
    low, high = bootstrap_strata([runs], lambda strata: performance_profile(strata, thresholds), **OPTIONS, rng=rng())
    assert performance_profile([runs], thresholds).tolist() == [1, 0.5, 0]
    assert (low[[0, 2]].tolist(), high[[0, 2]].tolist()) == ([1, 0], [1, 0])
    assert (20 * low[1], 20 * high[1]) == pytest.approx(stats.binom(20, 0.5).ppf([0.05, 0.95]))
