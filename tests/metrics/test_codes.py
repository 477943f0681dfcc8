import math

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from aegan.metrics.codes import (
    active_units,
    effective_dimension,
    index_entropy,
    linear_probe,
    neighbour_probe,
    prior_distance,
)
from aegan.metrics.distances import frechet_distance


def drawn(count=400, width=3, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width))


def whitened(count=400, width=3):
    """Codes whose mean is zero and whose unbiased covariance is the identity, exactly."""
    codes = drawn(count, width)
    codes -= codes.mean(0)
    return codes @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(codes.T)))).T


def test_units_are_active_above_a_variance_of_a_hundredth():
    assert active_units(whitened() * np.sqrt([0.011, 0.009, 0.0])) == 1
    assert active_units(np.float32(whitened() + 1e3)) == 3


@pytest.mark.parametrize(
    ("variances", "expected"), [([1, 1, 1], 3), ([4, 0, 0], 1), ([2, 1, 1], 16 / 6), ([0, 0, 0], 0)]
)
def test_effective_dimension_is_the_participation_ratio(variances, expected):
    turned = np.linalg.qr(drawn(3, 3))[0]
    assert effective_dimension(whitened() * np.sqrt(variances) @ turned + 5) == pytest.approx(expected)


def test_codes_of_one_number_have_one_dimension():
    assert effective_dimension(drawn(width=1)) == pytest.approx(1)
    assert prior_distance(whitened(width=1) * 3) == pytest.approx(4)


def test_the_distance_from_the_prior_in_closed_form():
    assert prior_distance(whitened()) == pytest.approx(0, abs=1e-12)
    shifted = whitened() * np.sqrt([4.0, 0.25, 0.0]) + [1, 0, -2]
    assert prior_distance(shifted) == pytest.approx(1 + 4 + (2 - 1) ** 2 + (0.5 - 1) ** 2 + 1)


def test_the_distance_from_the_prior_is_the_frechet_distance():
    codes = drawn(seed=1) @ np.array([[2.0, 0.5, 0], [0, 1, 0], [0, 0, 0.1]]) + 0.3
    assert prior_distance(codes) == pytest.approx(frechet_distance(whitened(), codes))


def test_entropy_of_indices_is_added_up_over_the_pieces():
    indices = np.array([[0, 7], [0, 7], [3, 7], [3, 7], [3, 7], [3, 7], [5, 7], [5, 7]])
    assert index_entropy(indices) == pytest.approx(2 * math.log(4) / 4 + math.log(2) / 2)
    many = np.random.default_rng(0).integers(9, size=(500, 4))
    assert index_entropy(many) == pytest.approx(sum(entropy(np.bincount(piece)) for piece in many.T))


@pytest.fixture
def iris():
    codes, labels = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(codes))
    return codes[order[:100]], labels[order[:100]], codes[order[100:]], labels[order[100:]]


def test_the_linear_probe_is_logistic_regression_whatever_the_scale_of_a_unit(iris):
    train, train_labels, test, test_labels = iris
    mean, std = train.mean(0), train.std(0)
    oracle = LogisticRegression(max_iter=1000).fit((train - mean) / std, train_labels)
    expected = (oracle.predict((test - mean) / std) == test_labels).mean()
    assert linear_probe(*iris) == pytest.approx(expected)
    scale = np.array([1e-3, 1, 1e3, 1])
    assert linear_probe(train * scale, train_labels, test * scale, test_labels) == pytest.approx(expected)


def test_the_neighbour_probe_is_the_majority_of_the_five_nearest(iris):
    train, train_labels, test, test_labels = iris
    nearest = np.argsort(np.linalg.norm(test[:, None] - train, axis=2), axis=1)[:, :5]
    votes = np.array([np.bincount(row, minlength=3) for row in train_labels[nearest]])
    assert neighbour_probe(*iris) == pytest.approx((votes.argmax(1) == test_labels).mean())


def test_what_no_line_can_part_neighbours_can():
    train, test = (np.random.default_rng(seed).uniform(-1, 1, (500, 2)) for seed in (0, 1))
    labels = [codes[:, 0] * codes[:, 1] > 0 for codes in (train, test)]
    assert linear_probe(train, labels[0], test, labels[1]) < 0.65
    assert neighbour_probe(train, labels[0], test, labels[1]) > 0.9


def test_fewer_codes_than_neighbours_are_all_neighbours():
    codes, labels = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 1])
    assert neighbour_probe(codes, labels, codes, labels) == pytest.approx(2 / 3)
