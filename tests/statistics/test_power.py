import numpy as np
import pytest
from scipy import stats

from aegan.statistics.power import simulate_power
from aegan.statistics.sign_flips import sign_flip_p


def simulated(n, effect, spread, level=0.05, studies=4000):
    return simulate_power(n, effect, spread, level=level, studies=studies, rng=np.random.default_rng(0))


@pytest.mark.parametrize("n", [5, 6, 10])
def test_at_the_smallest_p_power_has_a_closed_form(n):
    """A test that only the most extreme pattern passes finds an effect if and only if all n signs are right."""
    expected = stats.norm.cdf(0.8) ** n
    assert simulated(n, 0.8, 1, level=2.0 ** (1 - n) * 1.01) == pytest.approx(expected, abs=0.03)


def test_power_is_how_often_the_test_of_the_decisions_rejects():
    draws = np.random.default_rng(1)
    found = [sign_flip_p(draws.normal(1, 1, size=9)) < 0.05 for _ in range(300)]
    assert simulated(9, 1, 1) == pytest.approx(np.mean(found), abs=0.08)


def test_too_few_pairs_have_no_power_and_no_spread_has_all():
    assert simulated(5, 100, 1) == 0  # the smallest p of five pairs is .0625
    assert simulated(6, 100, 1) == simulated(6, 0.1, 0) == 1
    assert simulated(6, 100, 1, level=0.03) == 0


def test_power_grows_with_pairs_and_effect():
    assert simulated(8, 1, 1) < simulated(16, 1, 1)
    assert simulated(8, 0.5, 1) < simulated(8, 1, 1) == simulated(8, 2, 2)


@pytest.mark.parametrize(("n", "effect", "spread"), [(1, 1, 1), (8, np.nan, 1), (8, 1, np.nan), (8, 1, np.inf)])
def test_power_without_ground_is_not_a_number(n, effect, spread):
    assert np.isnan(simulated(n, effect, spread))
