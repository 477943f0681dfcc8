"""Features: moments and class counts of blocks, the subset in memory, reading once."""

import numpy as np

from aegan.metrics.features import Features, make_features


def correlated(seed, n, d=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


def test_all_are_looked_at_once():
    times = []

    def read():
        times.append(1)
        return [correlated(1, 50)]

    features = Features(50, read, correlated(1, 50))
    assert features.moments is features.moments
    assert len(times) == 1


def test_features_of_an_array_have_its_moments_and_the_chosen_rows():
    array = correlated(0, 40)
    features = make_features(array, np.array([1, 5]))
    assert features.count == 40
    np.testing.assert_array_equal(features.drawn, array[[1, 5]])
    np.testing.assert_allclose(features.moments.mean, array.mean(axis=0))
    assert make_features(array).drawn is array


def test_class_numbers_are_counted():
    numbers = np.array([[2], [0], [2], [2]])
    np.testing.assert_array_equal(make_features(numbers).classes, [1, 0, 3])


def test_reach_is_that_of_the_drawn_and_computed_once():
    # of six points on a line the fifth neighbour is the last; the point at 1000 is not drawn
    features = make_features(np.array([[0.0], [1], [2], [3], [4], [1000], [5]]), np.array([0, 1, 2, 3, 4, 6]))
    np.testing.assert_allclose(features.reach(5), [5, 4, 3, 3, 4, 5])
    np.testing.assert_allclose(features.reach(1), np.ones(6))
    assert features.reach(5) is features.reach(5)
