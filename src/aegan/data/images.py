"""Check raw images of any type and range and convert them to uint8."""

from __future__ import annotations

import numpy as np

from aegan.data.raw_dataset import NO_LABELS, Labels, RawDataset
from aegan.errors import InputError

BLOCK = 4096


def make_image_dataset(
    where: object, values: np.ndarray, labels: Labels = NO_LABELS, train_count: int | None = None
) -> RawDataset:
    """Check raw images and convert them to a data set of uint8 images.

    Values within [0, 1] are multiplied by 255 and rounded; values within [0, 255] are rounded, whatever their type.
    A maximum between 1 and 2 fits neither range ([0, 1] with overshoot) and is refused.

    Args:
        where: file, folder or source that an error names.
        values: (N, H, W, C) booleans, integers or floats.
        labels: N codes with their class names, or `NO_LABELS`.
        train_count: number of leading train images, if there is an official split.

    Raises:
        InputError: the values are not at least two different images, or the labels or the split do not match them.
    """
    pixels, value_range = scale_to_pixels(where, values, min_count=2)
    count = len(values)
    if labels.classes and len(labels.codes) != count:
        raise InputError(where, f"{count} images but {len(labels.codes)} labels", "Give one label for each image")
    if train_count is not None and not 0 < train_count < count:
        raise InputError(where, f"{train_count} of {count} images are train images", "Give train and test images")
    if pixels.min() == pixels.max():
        raise InputError(where, f"constant image data: every pixel is {value_range[0]:g}", "Give images that differ")
    return RawDataset(pixels, labels.codes, labels.classes, value_range, train_count)


def scale_to_pixels(where: object, values: np.ndarray, min_count: int = 1) -> tuple[np.ndarray, tuple[float, float]]:
    """Scale raw images to uint8 as `make_image_dataset` does.

    Args:
        where: file, folder or source that an error names.
        values: (N, H, W, C) booleans, integers or floats.
        min_count: smallest number of images that is accepted.

    Returns:
        The pixels, uint8 (N, H, W, C), and the lowest and highest raw value.

    Raises:
        InputError: the values are not images, or too few.
    """
    _check_shape(where, values, min_count)
    low, high = _check_range(where, values)
    return _to_bytes(values, scale=255 if high <= 1 else 1), (low, high)


def _check_shape(where: object, values: np.ndarray, min_count: int) -> None:
    if values.ndim != 4 or 0 in values.shape[1:]:
        raise InputError(where, f"images of shape {values.shape}", "Give images of shape (N, H, W, C)")
    if len(values) < min_count:
        fix = (
            "Give at least 2 images: one to train on, one to test on"
            if min_count == 2
            else f"Give {min_count} at least"
        )
        raise InputError(where, f"{len(values)} image(s)", fix)
    if values.dtype.kind not in "biuf":
        raise InputError(where, f"values of type {values.dtype}", "Give uint8 or float values")


def _check_range(where: object, values: np.ndarray) -> tuple[float, float]:
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):  # NaN propagates through min and max, infinity through one
        index = np.argwhere(~np.isfinite(values))[0].tolist()
        wrong = f"{values[tuple(index)]} at index {index} (image, row, column, channel)"
        raise InputError(where, wrong, "Replace it by a finite value or leave that image out")
    if low < 0 or high > 255 or 1 < high < 2:
        raise InputError(where, f"values from {low:g} to {high:.9g}", "Scale them to lie within [0, 1] or [0, 255]")
    return float(low), float(high)


def _to_bytes(values: np.ndarray, scale: int) -> np.ndarray:
    # in blocks, so that a memory-mapped array is never held in memory as floats
    pixels = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), BLOCK):
        rows = slice(start, start + BLOCK)
        pixels[rows] = np.rint(values[rows].astype(np.float64) * scale)
    return pixels
