import numpy as np
import pytest

from aegan.data.dirac import Dirac
from aegan.data.points import check_points
from aegan.data.raw_dataset import encode
from aegan.data.shards import prepare
from aegan.errors import InputError


def test_points_are_stored_unscaled_in_single_precision():
    values = np.array([[-3.5, 700.0], [0.0, 1.0], [2.0, -9.0]])
    data = check_points("x", values, encode("x", np.array(["b", "a", "b"])))
    assert data.values.dtype == np.float32
    np.testing.assert_array_equal(data.values, values)
    assert data.value_range == (-9.0, 700.0)
    assert (data.labels.tolist(), data.classes, data.train) == ([1, 0, 1], ("a", "b"), None)


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
        check_points("somewhere", values)


def test_points_are_split_and_described():
    data = check_points("x", np.arange(20.0).reshape(10, 2))
    prepared = prepare(data, source={"name": "x"}, test_fraction=0.3, seed=0)
    assert (prepared.train.shape, prepared.test.shape) == ((7, 2), (3, 2))
    assert prepared.train.dtype == prepared.test.dtype == np.float32
    assert sorted(np.concatenate([prepared.train, prepared.test])[:, 0]) == list(range(0, 20, 2))
    assert prepared.manifest["shape"] == [2]
    assert prepared.manifest["shards"]["test"]["rows"] == 3


def test_the_dirac_world_is_one_place():
    data = Dirac(count=7).load(Dirac().files())
    assert (data.values.shape, data.values.dtype, data.classes) == ((7, 1), np.float32, ())
    assert not data.values.any()
