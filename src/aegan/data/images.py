"""Images of any type and range, checked and brought to uint8."""

from __future__ import annotations

import numpy as np

from aegan.data.raw_dataset import UNLABELLED, Labels, Loaded
from aegan.errors import InputError

BLOCK = 4096


def check_images(where: object, values: np.ndarray, labels: Labels = UNLABELLED, train: int | None = None) -> Loaded:
    """Check raw images and scale them to uint8.

    Values within [0, 1] are multiplied by 255 and rounded, values within [0, 255] are rounded, whatever their type.
    A largest value between 1 and 2 fits neither (it is [0, 1] overshot) and is refused.

    Args:
        where: what to name in an error: the file, folder or source.
        values: (N, H, W, C) booleans, integers or floats.
        labels: as many codes as images, or none.
        train: as in `Loaded`.

    Raises:
        InputError: if these cannot be images to learn from.
    """
    pixels, span = to_pixels(where, values, least=2)
    count = len(values)
    if labels.classes and len(labels.codes) != count:
        raise InputError(where, f"{count} images but {len(labels.codes)} labels", "Give one label for each image")
    if train is not None and not 0 < train < count:
        raise InputError(where, f"{train} of {count} images are train images", "Give train and test images")
    if pixels.min() == pixels.max():
        raise InputError(where, f"constant image data: every pixel is {span[0]:g}", "Give images that differ")
    return Loaded(pixels, labels.codes, labels.classes, span, train)


def to_pixels(where: object, values: np.ndarray, least: int = 1) -> tuple[np.ndarray, tuple[float, float]]:
    """Scale raw images as `check_images` does, at least so many; return their lowest and highest raw value, too.

    Raises:
        InputError: if these are no images.
    """
    _check_shape(where, values, least)
    low, high = _check_range(where, values)
    return _to_bytes(values, scale=255 if high <= 1 else 1), (low, high)


def _check_shape(where: object, values: np.ndarray, least: int) -> None:
    if values.ndim != 4 or 0 in values.shape[1:]:
        raise InputError(where, f"images of shape {values.shape}", "Give images of shape (N, H, W, C)")
    if len(values) < least:
        mend = "Give at least 2 images: one to train on, one to test on" if least == 2 else f"Give {least} at least"
        raise InputError(where, f"{len(values)} image(s)", mend)
    if values.dtype.kind not in "biuf":
        raise InputError(where, f"values of type {values.dtype}", "Give uint8 or float values")


def _check_range(where: object, values: np.ndarray) -> tuple[float, float]:
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):  # NaN survives both min and max, infinity one of them
        index = np.argwhere(~np.isfinite(values))[0].tolist()
        wrong = f"{values[tuple(index)]} at index {index} (image, row, column, channel)"
        raise InputError(where, wrong, "Replace it by a finite value or leave that image out")
    if low < 0 or high > 255 or 1 < high < 2:
        raise InputError(where, f"values from {low:g} to {high:.9g}", "Scale them to lie within [0, 1] or [0, 255]")
    return float(low), float(high)


def _to_bytes(values: np.ndarray, scale: int) -> np.ndarray:
    # In blocks, so that a memory-mapped array never stands in memory as floats.
    pixels = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), BLOCK):
        rows = slice(start, start + BLOCK)
        pixels[rows] = np.rint(values[rows].astype(np.float64) * scale)
    return pixels
