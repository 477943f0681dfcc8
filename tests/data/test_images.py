import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from aegan.data.images import make_image_dataset
from aegan.data.raw_dataset import Labels
from aegan.errors import InputError

RAMP = np.linspace(0, 1, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5)


def test_floats_within_one_are_scaled_and_rounded():
    images = make_image_dataset("x", RAMP)
    assert images.values.dtype == np.uint8
    np.testing.assert_array_equal(images.values, np.rint(RAMP * 255))
    assert images.value_range == (0.0, 1.0)
    assert images.labels.shape == (0,)
    assert images.labels.dtype == np.int64
    assert images.classes == ()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, ">f4"])
def test_every_float_type_gives_the_rounded_value(dtype):
    values = (np.arange(256) / 255).astype(dtype).reshape(2, 8, 16, 1)
    np.testing.assert_array_equal(make_image_dataset("x", values).values.ravel(), np.arange(256))


def test_floats_within_255_are_rounded():
    values = np.array([0.4, 0.6, 254.4, 255.0]).reshape(2, 2, 1, 1)
    assert make_image_dataset("x", values).values.ravel().tolist() == [0, 1, 254, 255]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint64])
def test_integers_are_kept(dtype):
    values = np.array([0, 2, 100, 255], dtype).reshape(2, 2, 1, 1)
    assert make_image_dataset("x", values).values.ravel().tolist() == [0, 2, 100, 255]


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_two_levels_become_black_and_white(dtype):
    values = np.array([0, 1, 1, 0], dtype).reshape(2, 2, 1, 1)
    assert make_image_dataset("x", values).values.ravel().tolist() == [0, 255, 255, 0]


@settings(deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=4, max_dims=4, min_side=2), elements=st.integers(2, 255)))
def test_uint8_passes_unchanged_or_is_constant(values):
    if values.min() == values.max():
        with pytest.raises(InputError, match="constant image data"):
            make_image_dataset("x", values)
    else:
        np.testing.assert_array_equal(make_image_dataset("x", values).values, values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (RAMP[0], r"shape \(3, 4, 5\).*Give images of shape"),
        (RAMP[:, :0], r"shape \(2, 0, 4, 5\)"),
        (RAMP[:1], r"1 image\(s\).*at least 2"),
        (RAMP[:0], r"0 image\(s\)"),
        (RAMP.astype(complex), "complex128.*uint8 or float"),
        (RAMP.astype(str), "values of type"),
        (RAMP - 0.5, "from -0.5 to 0.5.*Scale them"),
        (RAMP * 256, "from 0 to 256"),
        (RAMP * 1.000001, "to 1.000001"),
        ((RAMP * 300).astype(int), "to 300"),
        (np.full((2, 3, 4, 1), 7), "constant image data: every pixel is 7"),
        (RAMP / 1e4, "constant image data"),
    ],
)
def test_bad_images_are_refused(values, message):
    with pytest.raises(InputError, match=f"^somewhere: .*{message}"):
        make_image_dataset("somewhere", values)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_value_that_is_not_finite_is_named(bad):
    values = RAMP.copy()
    values[1, 2, 0, 3] = values[1, 2, 1, 0] = bad
    with pytest.raises(InputError, match=rf"{bad} at index \[1, 2, 0, 3\] .*finite"):
        make_image_dataset("x", values)


def test_labels_must_match_images():
    with pytest.raises(InputError, match=r"2 images but 3 labels.*one label"):
        make_image_dataset("x", RAMP, Labels(np.zeros(3, np.int64), ("a",)))


@pytest.mark.parametrize("train", [0, 2, 3])
def test_an_official_split_needs_both_sides(train):
    with pytest.raises(InputError, match=f"{train} of 2 images"):
        make_image_dataset("x", RAMP, train_count=train)
