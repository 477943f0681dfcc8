import numpy as np
import pytest
from hypothesis import given, settings
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


def test_the_stated_range_decides():
    values = np.array([0.4, 0.6, 254.4, 255.0]).reshape(2, 2, 1, 1)
    images = make_image_dataset("x", values, declared_range=(0, 255), layout="NCHW", remarks=["cut"])
    assert images.values.ravel().tolist() == [0, 1, 254, 255]
    assert (images.range, images.dtype, images.layout, images.remarks) == ((0, 255), "float64", "NCHW", ("cut",))
    assert make_image_dataset("x", values, declared_range=(0, 510)).values.ravel().tolist() == [0, 0, 127, 128]


def test_masks_of_two_and_of_three_levels_are_read_alike():
    """Masks of 0 and 1 became black and white, those of 0, 1 and 2 stayed nearly black."""
    for top in (1, 2):
        mask = (np.arange(16) % (top + 1)).reshape(2, 8, 1, 1)
        np.testing.assert_array_equal(make_image_dataset("x", mask.astype(np.uint8)).values, mask)
        spread = make_image_dataset("x", mask.astype(np.uint8), declared_range=(0, top))
        np.testing.assert_array_equal(spread.values, np.rint(mask * 255 / top))
        with pytest.raises(InputError, match="State the values"):
            make_image_dataset("x", mask)


def test_remarks_of_scaling_follow_those_of_reading():
    mask = np.arange(16, dtype=np.uint8).reshape(2, 8, 1, 1) % 2
    images = make_image_dataset("x", mask, remarks=["first"])
    assert images.remarks[0] == "first"
    assert "fill a small part of the range" in images.remarks[1]


@settings(deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=4, max_dims=4, min_side=2)))
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
        (RAMP - 1.5, "from -1.5 to -0.5.*range: "),
        (RAMP * 256, "from 0 to 256"),
        (RAMP * 1.000001, "to 1.000001"),
        ((RAMP * 300).astype(int), "to 300"),
        (np.full((2, 3, 4, 1), 7, np.uint8), "constant image data: every pixel is 7"),
        (RAMP / 1e4, "constant image data"),
    ],
)
def test_bad_images_are_refused(values, message):
    with pytest.raises(InputError, match=f"^somewhere: .*{message}"):
        make_image_dataset("somewhere", values)


def test_labels_must_match_images():
    with pytest.raises(InputError, match=r"2 images but 3 labels.*one label"):
        make_image_dataset("x", RAMP, Labels(np.zeros(3, np.int64), ("a",)))


@pytest.mark.parametrize("train", [0, 2, 3])
def test_an_official_split_needs_both_sides(train):
    with pytest.raises(InputError, match=f"{train} of 2 images"):
        make_image_dataset("x", RAMP, train_count=train)
