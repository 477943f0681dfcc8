"""Check raw images of any type and range and convert them to uint8."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aegan.data.pixel_range import find_range, find_scaling_remarks, scale_to_uint8
from aegan.data.raw_dataset import NO_LABELS, Labels, RawDataset
from aegan.errors import InputError


def make_image_dataset(
    where: object,
    values: np.ndarray,
    labels: Labels = NO_LABELS,
    train_count: int | None = None,
    *,
    declared_range: tuple[float, float] | None = None,
    layout: str = "NHWC",
    remarks: Sequence[str] = (),
) -> RawDataset:
    """Check raw images and convert them to a data set of uint8 images.

    Args:
        where: file, folder or source that an error names.
        values: (N, H, W, C) booleans, integers or floats.
        labels: N codes with their class names, or `NO_LABELS`.
        train_count: number of leading train images, if there is an official split.
        declared_range: raw values that 0 and 255 stand for; None to derive them (`find_range`).
        layout: order of the axes in the file.
        remarks: what else a user should know about how the images were read.

    Raises:
        InputError: the values are not at least two different images, their range is unknown, or the labels or the
            split do not match them.
    """
    check_image_shape(where, values, min_count=2)
    count = len(values)
    if labels.classes and len(labels.codes) != count:
        raise InputError(where, f"{count} images but {len(labels.codes)} labels", "Give one label for each image")
    if train_count is not None and not 0 < train_count < count:
        raise InputError(where, f"{train_count} of {count} images are train images", "Give train and test images")
    bounds = find_range(where, values, declared_range)
    pixels = scale_to_uint8(values, bounds)
    value_range = float(values.min()), float(values.max())
    if pixels.min() == pixels.max():
        wrong = f"constant image data: every pixel is {pixels.min()} of 255, from values {_join(value_range)}"
        raise InputError(where, wrong, f"Give images that differ; the range is [{_join(bounds)}]")
    every_remark = (*remarks, *find_scaling_remarks(values, pixels, bounds))
    return RawDataset(
        pixels, *labels, value_range, train_count, bounds, str(values.dtype), layout=layout, remarks=every_remark
    )


def check_image_shape(where: object, values: np.ndarray, min_count: int = 1) -> None:
    """Check that an array is a batch of images (N, H, W, C).

    Args:
        where: file, folder or source that an error names.
        values: the array.
        min_count: smallest number of images that is accepted.

    Raises:
        InputError: it has another shape, or too few images.
    """
    if values.ndim != 4 or 0 in values.shape[1:]:
        raise InputError(where, f"images of shape {values.shape}", "Give images of shape (N, H, W, C)")
    if len(values) < min_count:
        fix = (
            "Give at least 2 images: one to train on, one to test on"
            if min_count == 2
            else f"Give at least {min_count}"
        )
        raise InputError(where, f"{len(values)} image(s)", fix)


def _join(bounds: tuple[float, float]) -> str:
    return ", ".join(f"{bound:g}" for bound in bounds)
