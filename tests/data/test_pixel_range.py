import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import TypeAdapter, ValidationError

from aegan.data import pixel_range
from aegan.data.pixel_range import (
    Range,
    count_levels,
    find_range,
    find_scaling_remarks,
    find_trained_range,
    scale_to_uint8,
)
from aegan.errors import InputError

LEVELS = np.arange(256, dtype=np.uint8).reshape(2, 8, 16, 1)


@pytest.mark.parametrize("top", [1, 2, 100, 255])
def test_uint8_has_its_range_whatever_occurs(top):
    values = np.minimum(LEVELS, top)
    assert find_range("x", values) == (0, 255)
    np.testing.assert_array_equal(scale_to_uint8(values, (0, 255)), values)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, ">f4"])
@pytest.mark.parametrize(("low", "bounds"), [(0, (0, 1)), (-1, (-1, 1))])
def test_floats_have_the_range_that_they_lie_in(dtype, low, bounds):
    values = (LEVELS / 255 * (1 - low) + low).astype(dtype)
    assert find_range("x", values) == bounds
    np.testing.assert_array_equal(scale_to_uint8(values, bounds), LEVELS)


def test_a_rounding_error_below_zero_does_not_halve_the_contrast():
    values = LEVELS / 255
    values[0, 0, 0, 0] = -1e-17
    with pytest.raises(InputError, match=r"of \[0, 1\] with rounding errors, or of \[-1, 1\]\. Clip them"):
        find_range("x", values)
    assert find_range("x", values, (-1, 1)) == (-1, 1)


def test_booleans_are_black_and_white():
    values = LEVELS > 100
    assert find_range("x", values) == (0, 1)
    np.testing.assert_array_equal(scale_to_uint8(values, (0, 1)), values * np.uint8(255))


def test_one_wrong_value_does_not_change_the_others():
    """A single 5 among floats within [0, 1] made everything else black."""
    values = LEVELS / 255
    values[1, 2, 3, 0] = 5.0
    wrong = r"x: float64 values from 0 to 5, .*outside: 1 values, first 5 at index \[1, 2, 3, 0\].*`range: \[lo, hi\]`"
    with pytest.raises(InputError, match=wrong):
        find_range("x", values)
    with pytest.raises(InputError, match=r"exceed the range \[0, 1\]: 5 at index \[1, 2, 3, 0\]"):
        find_range("x", values, (0, 1))


@pytest.mark.parametrize(
    ("values", "likely"),
    [
        (LEVELS.astype(np.int64), [0, 255]),
        (LEVELS.astype(float), [0, 255]),
        (LEVELS.astype(np.int32) % 3, [0, 2]),
        (LEVELS.astype(np.int8) % 2, [0, 1]),
        (LEVELS.astype(np.uint16) * 257, [0, 65535]),
        (LEVELS - 128.0, [-128, 127]),
        (LEVELS / 254.9, [0, 2]),
    ],
)
def test_other_values_need_a_stated_range(values, likely):
    with pytest.raises(InputError, match=rf"x: {values.dtype} values from .*`range: {re.escape(str(likely))}`"):
        find_range("x", values)
    assert find_range("x", values, tuple(likely)) == tuple(likely)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("declared", [None, (0, 1)])
def test_the_first_value_that_is_not_finite_is_named(bad, declared):
    values = LEVELS / 255
    values[1, 2, 0, 0] = values[1, 3, 1, 0] = bad
    with pytest.raises(InputError, match=rf"{bad} at index \[1, 2, 0, 0\] .*finite"):
        find_range("x", values, declared)


@pytest.mark.parametrize("values", [LEVELS.astype(complex), LEVELS.astype(str), LEVELS.astype("M8[s]")])
def test_values_that_are_no_numbers_are_refused(values):
    with pytest.raises(InputError, match=r"x: values of type .*uint8 or float"):
        find_range("x", values)


DTYPES = [np.bool_, np.uint8, np.int8, np.uint16, np.int64, np.float16, np.float32, np.float64]


@settings(deadline=None)
@given(
    data=st.data(),
    dtype=st.sampled_from(DTYPES),
    shape=hnp.array_shapes(min_dims=4, max_dims=4, max_side=3),
    bounds=st.sampled_from([None, (0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-3.0, 7.0), (0.0, 65535.0)]),
)
def test_what_is_stored_equals_what_was_given_or_is_refused(data, dtype, shape, bounds):
    """Over types, ranges and channels: within half a level, by the range that the type or the user gives."""
    values = data.draw(hnp.arrays(dtype, shape))
    try:
        low, high = find_range("x", values, bounds)
    except InputError:
        if bounds is None:
            natural = values.dtype in (np.dtype(bool), np.dtype(np.uint8))
            assert not natural
            if values.dtype.kind == "f":
                assert not (np.abs(values) <= 1).all() or -0.01 < values.min() < 0
        else:
            assert not ((values >= bounds[0]) & (values <= bounds[1])).all()
        return
    pixels = scale_to_uint8(values, (low, high))
    given_back = pixels / 255 * (high - low) + low
    assert np.abs(given_back - values.astype(float)).max() <= (high - low) / 255 / 2 * (1 + 1e-9)


@pytest.mark.parametrize("block", [1, 4096])
def test_lost_levels_are_counted(monkeypatch, block):
    monkeypatch.setattr(pixel_range, "BLOCK_VALUES", block)
    deep = np.arange(1024).reshape(4, 16, 16, 1)
    pixels = scale_to_uint8(deep, (0, 1023))
    remark = "1,024 distinct values become 256 of the 256 levels of uint8"
    assert find_scaling_remarks(deep, pixels, (0, 1023)) == (remark,)
    assert find_scaling_remarks(LEVELS / 255, LEVELS, (0, 1)) == ()
    monkeypatch.setattr(pixel_range, "MAX_LEVELS", 100)
    assert count_levels(deep) > 100
    assert find_scaling_remarks(deep, pixels[:, :2], (0, 1023))[0].startswith("more than 100 distinct values become")


def test_values_that_use_little_of_their_range_are_remarked_upon():
    """A mask of 0 and 1 in uint8 is nearly black."""
    mask = LEVELS % 2
    (remark,) = find_scaling_remarks(mask, mask, (0, 255))
    assert "0.0 to 1.0, fill a small part of the range [0, 255]" in remark
    assert "`range: [0.0, 1.0]`" in remark
    assert find_scaling_remarks(mask, mask * 255, (0, 1)) == ()


@pytest.mark.parametrize(
    ("values", "dtype", "bounds", "expected"),
    [
        (LEVELS // 8, "uint8", (0, 255), (0, 255)),
        (LEVELS // 8, "float32", (-1, 1), (0, 255)),
        (LEVELS // 8, "float64", (0, 1), (0, 255)),
        (LEVELS / 255, "float32", (-1, 1), (-1, 1)),  # only bright values
        (LEVELS % 2, "uint8", (0, 1), (0, 1)),
        (LEVELS.astype(np.int64), "uint16", (0, 4095), (0, 4095)),
    ],
)
def test_further_images_have_the_range_of_the_trained_ones(values, dtype, bounds, expected):
    assert find_trained_range("x", values, dtype, bounds) == expected


@pytest.mark.parametrize(
    ("values", "dtype", "bounds", "wrong"),
    [
        (LEVELS / 255, "uint8", (0, 255), r"float64 values, but .* trained on uint8 values in \[0, 255\].*as uint8"),
        (LEVELS, "uint16", (0, 4095), "uint8 values, but"),
        (LEVELS, "float32", (0, 255), "uint8 values, but"),
        (LEVELS, "float64", (-3, 1), "uint8 values, but"),
        (LEVELS, "uint8", (0, 1), r"exceed the range \[0, 1\]"),
        (LEVELS / 100, "float32", (0, 1), r"exceed the range \[0, 1\]"),
        (LEVELS > 1, "uint8", (0, 255), "bool values, but"),
    ],
)
def test_images_of_another_range_are_refused(values, dtype, bounds, wrong):
    with pytest.raises(InputError, match=f"x: .*{wrong}"):
        find_trained_range("x", values, dtype, bounds)


def test_a_stated_range_is_in_order_and_finite():
    adapter = TypeAdapter(Range)
    assert adapter.validate_python([0, 4095]) == (0, 4095)
    for bounds in ([1, 0], [1, 1], [0, np.inf], [np.nan, 1], [-1e308, 1e308], [0], "01"):
        with pytest.raises(ValidationError):
            adapter.validate_python(bounds)
