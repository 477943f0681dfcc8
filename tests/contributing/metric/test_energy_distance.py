import numpy as np
import pytest
import scipy.stats
from aegan.metrics.energy_distance import energy_distance

from aegan.errors import InputError

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 3))


def test_two_places_are_twice_their_distance_apart():
    assert energy_distance(np.zeros((4, 2)), np.full((6, 2), [3.0, 4.0])) == pytest.approx(2 * 5)


def test_equal_sets_have_none_and_it_grows_with_a_shift():
    shifted = [energy_distance(POINTS, POINTS + shift) for shift in (0.0, 0.5, 1.0, 2.0)]
    assert shifted[0] == pytest.approx(0, abs=1e-12)
    assert shifted == sorted(shifted)


def test_on_a_line_it_is_the_square_of_scipys():
    first, second = RNG.normal(size=50), RNG.exponential(size=70)
    oracle = scipy.stats.energy_distance(first, second) ** 2
    assert energy_distance(first[:, None], second[:, None]) == pytest.approx(oracle)


def test_features_of_other_sizes_are_refused():
    with pytest.raises(InputError):
        energy_distance(POINTS, POINTS[:, :2])
