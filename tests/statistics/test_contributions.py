"""Contributions add up to the interquartile mean of the differences, in the estimate and in every resample."""

import numpy as np
import pytest

from aegan.statistics.contributions import average_middle_pairs, estimate_contributions
from aegan.statistics.stratified import interquartile_mean


def estimate(parts, resamples=500):
    return estimate_contributions(
        np.asarray(parts, float), confidence=0.95, resamples=resamples, rng=np.random.default_rng(0)
    )


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_parts_add_up_to_the_interquartile_mean_of_their_sum(n):
    parts = np.random.default_rng(n).normal(size=(3, n, 4)) ** 3
    np.testing.assert_allclose(average_middle_pairs(parts).sum(-1), interquartile_mean(parts.sum(-1)), atol=1e-12)


def test_contributions_by_hand_are_means_over_the_middle_pairs():
    found = estimate([[9.0, 1.0], [1.0, 1.0], [2.0, 1.0], [-7.0, 0.0]])  # sums 10, 2, 3, −7: the middle are 2 and 3
    np.testing.assert_allclose(found.effect, [1.5, 1.0, 2.5])


def test_a_part_without_effect_is_not_shown_and_the_one_with_it_is():
    rng = np.random.default_rng(1)
    parts = np.stack([0.05 * rng.normal(size=12), -0.6 + 0.05 * rng.normal(size=12)], axis=1)
    found = estimate(parts)
    assert found.low[0] < 0 < found.high[0]
    assert found.high[1] < -0.5
    assert found.p[1] == pytest.approx(2 / 2**12)
    assert found.p_adjusted[1] == pytest.approx(2 * 2 / 2**12)  # corrected over the two parts
    assert found.p_adjusted[0] >= found.p[0] > 0.05
    assert found.p_adjusted[2] == found.p[2] == pytest.approx(2 / 2**12)  # the total is one test


def test_one_pair_has_no_interval():
    found = estimate([[1.0, 2.0]])
    np.testing.assert_array_equal(found.effect, [1, 2, 3])
    assert np.isneginf(found.low).all()
    assert np.isposinf(found.high).all()
