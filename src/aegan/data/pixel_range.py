"""Scale raw pixel values of any type to uint8, by the range that 0 and 255 stand for.

The type decides the range of uint8 (0 to 255) and of booleans (0 to 1). Floats within [0, 1] or [-1, 1] have that
range. Of any other values the range is not known from the values alone, so the user states it.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator

from aegan.errors import InputError

#: values that are converted at a time
BLOCK_VALUES = 2**22
#: distinct raw values are counted up to this number
MAX_LEVELS = 2**16
#: values from here to 0 are more likely rounding errors than the dark end of [-1, 1]
ROUNDING = -0.01
#: share of the range below which the values that occur are remarked upon
SMALL_SHARE = 1 / 8


def _check_order(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    if not (isfinite(high - low) and low < high):
        raise ValueError("the range must be [lowest, highest], two finite numbers in this order")
    return bounds


#: raw values that the pixels 0 and 255 stand for
Range = Annotated[tuple[float, float], AfterValidator(_check_order)]


def find_range(where: object, values: np.ndarray, declared: tuple[float, float] | None = None) -> tuple[float, float]:
    """Return the raw values that the pixels 0 and 255 stand for.

    Args:
        where: file, folder or source that an error names.
        values: (N, H, W, C) booleans, integers or floats.
        declared: the range that the user states; None to derive it from the type, and for floats from the values.

    Raises:
        InputError: the values are not finite numbers, exceed the range, or have no range of their own.
    """
    if values.dtype.kind not in "biuf":
        raise InputError(where, f"values of type {values.dtype}", "Give uint8 or float values")
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):  # NaN propagates through min and max, infinity through one
        wrong = _name_first(values, ~np.isfinite(values))
        raise InputError(where, wrong, "Replace it by a finite value or leave that image out")
    if declared is not None:
        if low < declared[0] or high > declared[1]:
            outside = _name_first(values, (values < np.float64(declared[0])) | (values > np.float64(declared[1])))
            wrong = (
                f"values from {low:.9g} to {high:.9g} exceed the range [{declared[0]:g}, {declared[1]:g}]: {outside}"
            )
            raise InputError(where, wrong, "Correct these values, or state the range that they have: `range: [lo, hi]`")
        return declared
    if values.dtype == np.uint8:
        return 0.0, 255.0
    if values.dtype == bool:
        return 0.0, 1.0
    if values.dtype.kind == "f" and low >= -1 and high <= 1:
        if ROUNDING < low < 0:
            wrong = f"{values.dtype} values from {low:.9g} to {high:.9g}: of [0, 1] with rounding errors, or of [-1, 1]"
            raise InputError(where, wrong, "Clip them to [0, 1], or set `range: [-1, 1]`")
        return (0.0 if low >= 0 else -1.0), 1.0
    raise _make_unknown_range_error(where, values)


def scale_to_uint8(values: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    """Scale raw values within [lo, hi] linearly to 0…255 and round them, half to even.

    Args:
        values: (N, H, W, C) booleans, integers or floats.
        bounds: lo and hi.

    Returns:
        uint8 (N, H, W, C).
    """
    low, high = bounds
    pixels = np.empty(values.shape, np.uint8)
    for rows in _iterate_rows(values):  # so that a memory-mapped array is never held in memory as floats
        exact = values.dtype == np.uint8 and bounds == (0, 255)
        pixels[rows] = (
            values[rows] if exact else np.rint((values[rows].astype(np.float64) - low) * (255 / (high - low)))
        )
    return pixels


def find_scaling_remarks(values: np.ndarray, pixels: np.ndarray, bounds: tuple[float, float]) -> tuple[str, ...]:
    """Return remarks on distinct values that became equal, and on values that fill only a small part of the range.

    Args:
        values: raw values (N, H, W, C).
        pixels: the same, uint8.
        bounds: the range.
    """
    remarks = []
    exact = values.dtype.itemsize == 1 and bounds[1] - bounds[0] <= 255  # no two levels can meet
    found, kept = (0, 0) if exact else (count_levels(values), count_levels(pixels))
    if found > kept:
        number = f"more than {MAX_LEVELS:,}" if found > MAX_LEVELS else f"{found:,}"
        remarks.append(f"{number} distinct values become {kept} of the 256 levels of uint8")
    low, high = float(values.min()), float(values.max())
    if high - low < SMALL_SHARE * (bounds[1] - bounds[0]):
        remarks.append(
            f"the values, {low!r} to {high!r}, fill a small part of the range [{bounds[0]:g}, {bounds[1]:g}]; if they "
            f"are meant to fill it, set `range: [{low!r}, {high!r}]`"
        )
    return tuple(remarks)


def count_levels(values: np.ndarray) -> int:
    """Count the distinct values of an array (N, …); above `MAX_LEVELS`, return any larger number."""
    levels = np.empty(0, values.dtype)
    for rows in _iterate_rows(values):
        levels = np.union1d(levels, values[rows])
        if len(levels) > MAX_LEVELS:
            break
    return len(levels)


def find_trained_range(
    where: object, values: np.ndarray, trained_dtype: str, trained_range: tuple[float, float]
) -> tuple[float, float]:
    """Return the range of further images for networks that were trained on a data set.

    Values of the kind that the networks were trained on have the range of the data set, whatever occurs among them.
    uint8 values have their own range if that of the data set is the natural one of floats.

    Args:
        where: the file, which an error names.
        values: (N, H, W, C) booleans, integers or floats.
        trained_dtype: type of the data set's raw values.
        trained_range: range of the data set.

    Raises:
        InputError: the values are not finite numbers, are of another kind, or exceed the range.
    """
    if _name_kind(values.dtype) == _name_kind(np.dtype(trained_dtype)):
        return find_range(where, values, trained_range)
    if (
        values.dtype == np.uint8
        and _name_kind(np.dtype(trained_dtype)) == "float"
        and trained_range in {(0, 1), (-1, 1)}
    ):
        return find_range(where, values)
    low, high = trained_range
    wrong = f"{values.dtype} values, but the networks were trained on {trained_dtype} values in [{low:g}, {high:g}]"
    raise InputError(where, wrong, f"Save the array as {trained_dtype} in this range")


def _iterate_rows(values: np.ndarray) -> Iterator[slice]:
    """Yield the rows of an array in blocks of about `BLOCK_VALUES` values."""
    step = max(1, BLOCK_VALUES // max(1, values[0].size))
    return (slice(start, start + step) for start in range(0, len(values), step))


def _name_first(values: np.ndarray, offending: np.ndarray) -> str:
    """Name the first offending value and its index."""
    index = np.argwhere(offending)[0].tolist()
    return f"{values[tuple(index)]:.9g} at index {index} (image, row, column, channel)"


def _make_unknown_range_error(where: object, values: np.ndarray) -> InputError:
    low, high = values.min(), values.max()
    wrong = f"{values.dtype} values from {low:.9g} to {high:.9g}"
    if values.dtype.kind == "f":
        outside = (values < -1) | (values > 1)
        wrong += f", but floats lie within [0, 1] or [-1, 1]; outside: {int(outside.sum())} values, first "
        wrong += _name_first(values, outside)
    else:
        wrong += ", whose range cannot be told from the values"
    likely = [0, 255] if low >= 0 and 2 < high <= 255 else [int(np.floor(low)), int(np.ceil(high))]
    fix = f"State the values that are black and white: `range: [lo, hi]`, such as `range: {likely}`, or correct them"
    return InputError(where, wrong, fix)


def _name_kind(dtype: np.dtype[Any]) -> str:
    """Name the kind of a type: types of one kind hold the same values for the same image."""
    return {"b": "bool", "f": "float"}.get(dtype.kind, "uint8" if dtype == np.uint8 else "integer")
