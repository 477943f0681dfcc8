import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.data.layout import arrange_images
from aegan.errors import InputError

COLOUR = np.arange(5 * 6 * 7 * 3).reshape(5, 6, 7, 3)
GREY = COLOUR[..., 0]


@pytest.mark.parametrize(
    ("values", "shape", "expected", "layout"),
    [
        (COLOUR, None, COLOUR, "NHWC"),
        (COLOUR.transpose(0, 3, 1, 2), None, COLOUR, "NCHW"),
        (GREY, None, GREY[..., None], "NHW"),
        (GREY[:, None], None, GREY[..., None], "NCHW"),
        (GREY[:, :, :6].reshape(5, 36), None, GREY[:, :, :6, None], "NHW"),
        (GREY.reshape(5, 42), (6, 7, 1), GREY[..., None], "NHW"),
        (COLOUR[:, :4, :4, :1], None, COLOUR[:, :4, :4, :1], "NHWC"),  # square in one of two readings
        (np.zeros((9, 3, 8, 8)), None, np.zeros((9, 8, 8, 3)), "NCHW"),
    ],
)
def test_the_only_plausible_reading_is_taken(values, shape, expected, layout):
    images, found = arrange_images("x", values, None, shape)
    np.testing.assert_array_equal(images, expected)
    assert found == layout


@pytest.mark.parametrize(
    ("shape", "wrong"),
    [
        ((60, 13, 16, 16), "either NHWC, images of 13 x 16 pixels with 16 channels, or NCHW, images of 16 x 16 pixels"),
        ((60, 16, 16, 13), "either NHWC, images of 16 x 16 pixels with 13 channels"),
        ((60, 3, 3, 3), "either NHWC"),
        ((60, 4, 9, 3), "either NHWC"),
        ((60, 1, 9, 1), "either NHWC"),
        ((32, 32, 3), r"either 32 grey images \(N, H, W\), 3 grey ones \(H, W, N\) or one picture.*layout: NHW"),
        ((28, 28, 1000), r"either 28 grey images \(N, H, W\), 1000 grey ones \(H, W, N\).*layout: HWN"),
        ((32, 32, 3, 100), "or another order of N, H, W and C"),
        ((7,), r"images of shape \(7,\)"),
        ((2, 3, 4, 5, 6), "images of shape"),
    ],
)
def test_more_than_one_plausible_reading_is_refused(shape, wrong):
    with pytest.raises(InputError, match=f"x: .*{wrong}"):
        arrange_images("x", np.zeros(shape), None, None)


def test_flat_rows_of_colours_need_an_order():
    """Rows of CIFAR-10 hold one channel after the other; read pixel by pixel they are garbled."""
    planar = COLOUR.transpose(0, 3, 1, 2).reshape(5, 126)
    with pytest.raises(InputError, match=r"rows of 126 values may hold.*layout: NCHW.*CIFAR-10"):
        arrange_images("x", planar, None, (6, 7, 3))
    np.testing.assert_array_equal(arrange_images("x", planar, "NCHW", (6, 7, 3))[0], COLOUR)
    np.testing.assert_array_equal(arrange_images("x", COLOUR.reshape(5, 126), "NHWC", (6, 7, 3))[0], COLOUR)


@pytest.mark.parametrize(
    ("values", "layout", "shape", "wrong"),
    [
        (COLOUR, "NHW", None, "has 4 axes, but its layout is NHW"),
        (GREY, "NCHW", None, "has 3 axes, but its layout is NCHW"),
        (GREY, None, (6, 7, 1), "not flat rows.*Remove shape"),
        (GREY.reshape(5, 42), "HWN", (6, 7, 1), "layout HWN does not fit flat rows"),
        (GREY.reshape(5, 42), None, None, r"rows of 42 values are not images of 6 x 6 x 1.*shape: \[H, W, C\].*layout"),
        (GREY.reshape(5, 42), None, (7, 8, 1), "rows of 42 values are not images of 7 x 8 x 1"),
        (COLOUR.reshape(5, 126), "NHW", (6, 7, 3), "layout NHW does not fit flat rows of 3"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(values, layout, shape, wrong):
    with pytest.raises(InputError, match=f"x: .*{wrong}"):
        arrange_images("x", values, layout, shape)


@given(
    layout=st.sampled_from(["NHWC", "NCHW", "HWCN", "CHWN", "NHW", "HWN"]),
    sizes=st.tuples(*[st.integers(1, 5)] * 4),
)
def test_every_stated_layout_is_read_as_stated(layout, sizes):
    images = np.arange(np.prod(sizes)).reshape(sizes)
    if "C" not in layout:
        images = images[..., :1]
    stored = np.moveaxis(images, range(4), [[*layout, "C"].index(axis) for axis in "NHWC"])
    stored = stored if "C" in layout else stored[..., 0]
    np.testing.assert_array_equal(arrange_images("x", stored, layout, None)[0], images)
