"""Checks of arrays: what passes, in which type and range, and what each refusal says."""

import numpy as np
import pytest

from aegan.errors import InputError
from aegan.metrics.validation import check_data_pair, check_feature_pair, check_feature_set, check_image_pair

IMAGES = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
POINTS = np.array([[1.0, np.nan], [2.0, 3.0]], np.float32)


def test_features_are_returned_in_double_precision():
    real, fake = check_feature_pair(np.ones((3, 2), np.float32), np.zeros((2, 2), np.float32))
    assert real.dtype == fake.dtype == np.float64
    assert (real.shape, fake.shape) == ((3, 2), (2, 2))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.ones(3), "real: features have shape"),
        (np.ones((1, 2)), "real: 1 rows of features"),
        (np.array([[1.0], [np.inf], [np.nan]]), "real: 2 of 3 rows are not finite"),
    ],
)
def test_features_that_do_not_fit_are_refused(features, message):
    with pytest.raises(InputError, match=message):
        check_feature_set("real", features, at_least=2)


def test_features_of_two_networks_are_refused():
    with pytest.raises(InputError, match="fake: 3 features against 2"):
        check_feature_pair(np.ones((2, 2)), np.ones((2, 3)))


def test_bytes_are_scaled_to_the_unit_range_and_floats_are_kept():
    original, decoded = check_image_pair(IMAGES, np.full((3, 1, 1, 1), 0.25, np.float32))
    np.testing.assert_allclose(original.ravel(), [0, 0.2, 1])
    np.testing.assert_array_equal(decoded.ravel(), [0.25] * 3)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_floats_outside_the_unit_range_are_refused(value):
    with pytest.raises(InputError, match="decoded: floats from"):
        check_image_pair(IMAGES, np.full((3, 1, 1, 1), value))


def test_points_keep_their_units_and_their_nan():
    original, decoded = check_data_pair(POINTS, POINTS + 1)
    np.testing.assert_array_equal(original, POINTS.astype(np.float64))
    np.testing.assert_array_equal(decoded, POINTS.astype(np.float64) + 1)
    with pytest.raises(InputError, match="decoded: shape"):
        check_data_pair(POINTS, POINTS[:1])
