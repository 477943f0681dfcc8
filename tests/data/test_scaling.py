import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from aegan.data.scaling import to_uint8, to_unit


@settings(deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=4, max_dims=4, min_side=0, max_side=5)))
def test_the_round_trip_is_the_identity(pixels):
    np.testing.assert_array_equal(to_uint8(to_unit(pixels)), pixels)


def test_every_grey_level_survives_and_spans_the_unit_interval():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    images = to_unit(pixels)
    assert (images.dtype, images.min(), images.max()) == (torch.float32, 0, 1)
    np.testing.assert_array_equal(to_uint8(images), pixels)


def test_axes_are_moved_not_reshaped():
    pixels = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    pixels.flags.writeable = False
    images = to_unit(pixels)
    assert images.shape == (2, 5, 3, 4)
    assert images.is_contiguous()
    torch.testing.assert_close(images[1, 4, 2, 3], torch.tensor(float(pixels[1, 2, 3, 4])) / 255)


def test_values_are_clamped_and_rounded():
    images = torch.tensor([-1.0, 0.4999 / 255, 0.5001 / 255, 1.2, float("inf")], requires_grad=True)
    assert to_uint8(images.reshape(1, 1, 1, 5)).ravel().tolist() == [0, 0, 1, 255, 255]


def test_nan_has_no_grey_level():
    with pytest.raises(ValueError, match="NaN"):
        to_uint8(torch.full((1, 1, 1, 1), float("nan")))
