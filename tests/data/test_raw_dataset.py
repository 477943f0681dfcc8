import numpy as np
import pytest

from aegan.data.images import make_image_dataset
from aegan.data.points import make_point_dataset
from aegan.data.raw_dataset import encode_labels
from aegan.errors import InputError


@pytest.mark.parametrize(
    ("names", "codes", "classes"),
    [
        (["cat", "ant", "cat"], [1, 0, 1], ("ant", "cat")),
        ([10, -2, 9], [2, 0, 1], ("-2", "9", "10")),
        ([3.0, 1.0], [1, 0], ("1", "3")),
        ([True, False], [1, 0], ("False", "True")),
    ],
)
def test_labels_are_mapped_in_sorted_order(names, codes, classes):
    labels = encode_labels("x", np.array(names))
    assert labels.codes.dtype == np.int64
    assert (labels.codes.tolist(), labels.classes) == (codes, classes)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (np.array([1.0, 2.5]), "label 1 is 2.5"),
        (np.array([np.nan, 2.0]), "label 0 is nan"),
        (np.array([1.0, np.inf]), "label 1 is inf"),
        (np.zeros((3, 1)), r"shape \(3, 1\)"),
        (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
    ],
)
def test_bad_labels_are_refused(names, message):
    with pytest.raises(InputError, match=f"^x: .*{message}.*whole numbers or text"):
        encode_labels("x", names)


@pytest.mark.parametrize(
    "names", [np.empty(0, "<U3"), np.empty(0, "<U0"), np.zeros(2, "<U0"), np.array(["ä", "😀"], ">U2")]
)
def test_labels_of_no_or_any_length_are_read(names):
    assert len(encode_labels("x", names).codes) == len(names)


def test_a_description_names_the_range_and_the_remarks():
    values = np.linspace(-1, 1, 512).reshape(2, 4, 64, 1)
    images = make_image_dataset("x", values, remarks=["one array is not read"])
    assert images.describe() == [
        "2 images of 4 x 64 x 1 (height x width x channels), no labels",
        "values from -1 to 1 (float64), read in the range [-1, 1], layout NHWC",
        "one array is not read",
        "512 distinct values become 256 of the 256 levels of uint8",
    ]
    points = make_point_dataset("x", np.array([[0.0, 2.0], [1.0, 5.0]]), encode_labels("x", np.array(["b", "a"])))
    assert points.describe() == ["2 points of 2 numbers, 2 classes", "values from 0 to 5 (float32)"]
