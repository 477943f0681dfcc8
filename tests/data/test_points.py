import numpy as np
import pytest

from aegan.data.points import make_point_dataset
from aegan.data.raw_dataset import encode_labels
from aegan.errors import InputError


def test_points_are_stored_unscaled_in_single_precision():
    values = np.array([[-3.5, 700.0], [0.0, 1.0], [2.0, -9.0]])
    data = make_point_dataset("x", values, encode_labels("x", np.array(["b", "a", "b"])))
    assert data.values.dtype == np.float32
    np.testing.assert_array_equal(data.values, values)
    assert data.value_range == (-9.0, 700.0)
    assert (data.labels.tolist(), data.classes, data.train_count) == ([1, 0, 1], ("a", "b"), None)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(5), r"points of shape \(5,\).*Give at least two points"),
        (np.zeros((1, 2)), r"points of shape \(1, 2\)"),
        (np.zeros((3, 0)), r"points of shape \(3, 0\)"),
        (np.zeros((2, 4, 4, 1)), r"points of shape \(2, 4, 4, 1\)"),
        (np.array([[0.0], [np.nan]]), "values from nan.*finite"),
        (np.array([[-np.inf], [1.0]]), "values from -inf to 1"),
        (np.array([[0.0], [1e39]]), r"to 1e\+39.*a float32 can hold"),
    ],
)
def test_bad_points_are_refused(values, message):
    with pytest.raises(InputError, match=f"^somewhere: .*{message}"):
        make_point_dataset("somewhere", values)
