"""Bring raw arrays of images to the shape (N, H, W, C): N images of H rows, W columns and C channels.

The order of the axes is stated by the user, or follows from the shape if a single reading is plausible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from aegan.errors import InputError

#: order of the axes of an array, or of the values within flat rows: N images, H rows, W columns, C channels
Layout = Literal["NHWC", "NCHW", "HWCN", "CHWN", "NHW", "HWN"]

#: number of channels up to which an axis is plausibly one of channels, from grey to RGB with transparency
MAX_CHANNELS = 4


def arrange_images(
    where: object, values: np.ndarray, layout: Layout | None, shape: Sequence[int] | None
) -> tuple[np.ndarray, Layout]:
    """Arrange an array as images, without copying it if it has more than two axes.

    Args:
        where: the file, which an error names.
        values: an array in any layout; two axes are flat rows (N, F).
        layout: order of the axes, and within flat rows of the values; None to derive it from the shape.
        shape: (H, W, C) of each image in flat rows; None for square grey images.

    Returns:
        The images (N, H, W, C), and the layout.

    Raises:
        InputError: the layout does not fit the array, or is absent and not the only plausible one.
    """
    if values.ndim == 2:
        return _unflatten(where, values, layout, shape)
    if shape is not None:
        raise InputError(where, f"shape is set, but the array {values.shape} is not flat rows", "Remove shape")
    if layout is None:
        layout = _find_layout(where, values.shape)
    if len(layout) != values.ndim:
        wrong = f"the array {values.shape} has {values.ndim} axes, but its layout is {layout}"
        raise InputError(where, wrong, "Set `layout` to the order of its axes, such as NHWC for four or NHW for three")
    images = np.transpose(values, [layout.index(axis) for axis in "NHWC" if axis in layout])
    return images[..., None] if "C" not in layout else images, layout


def _find_layout(where: object, shape: tuple[int, ...]) -> Layout:
    """Return the only plausible layout of an array of images."""
    if len(shape) == 3:
        one_picture = shape[2] <= MAX_CHANNELS < min(shape[:2])
        if one_picture or shape[0] == shape[1] != shape[2]:
            wrong = f"the array {shape} is either {shape[0]} grey images (N, H, W), {shape[2]} grey ones (H, W, N)"
            wrong += " or one picture" if one_picture else ""
            raise InputError(
                where, wrong, "Set `layout: NHW` or `layout: HWN`, or give an array with an axis of images"
            )
        return "NHW"
    if len(shape) != 4:
        raise InputError(where, f"images of shape {shape}", "Give images of shape (N, H, W, C)")
    readings = [layout for layout in ("NHWC", "NCHW") if shape[layout.index("C")] <= MAX_CHANNELS]
    if len(readings) == 2:  # tiny images: prefer the reading in which they are square, if it is one
        square = [layout for layout in readings if shape[layout.index("H")] == shape[layout.index("W")]]
        readings = square if len(square) == 1 else readings
    if len(readings) == 1:
        return readings[0]  # type: ignore[return-value]
    _, first, second, third = shape
    wrong = (
        f"the array {shape} is either NHWC, images of {first} x {second} pixels with {third} channels, or NCHW, images "
        f"of {second} x {third} pixels with {first} channels"
    )
    fix = "Set `layout: NHWC` or `layout: NCHW`, or another order of N, H, W and C (config/README.md)"
    raise InputError(where, wrong, fix)


def _unflatten(
    where: object, rows: np.ndarray, layout: Layout | None, shape: Sequence[int] | None
) -> tuple[np.ndarray, Layout]:
    """Arrange flat rows (N, F) as images (N, H, W, C)."""
    width = rows.shape[1]
    side = math.isqrt(width)
    height, columns, channels = shape or (side, side, 1)
    if height * columns * channels != width:
        wrong = f"rows of {width} values are not images of {height} x {columns} x {channels}"
        fix = "Set `shape: [H, W, C]` so that H * W * C is their length"
        raise InputError(
            where, wrong, f"{fix}, and for C > 1 the order of the values, `layout: NHWC` or `layout: NCHW`"
        )
    if layout is None and channels > 1:
        wrong = f"rows of {width} values may hold their {channels} channels pixel by pixel or one after the other"
        fix = "Set `layout: NHWC` (pixel by pixel) or `layout: NCHW` (one after the other, as in CIFAR-10)"
        raise InputError(where, wrong, fix)
    layout = layout or "NHW"
    if layout[0] != "N" or (channels > 1 and "C" not in layout):
        wrong = f"layout {layout} does not fit flat rows of {channels} channel(s)"
        raise InputError(where, wrong, "Set `layout: NHWC` or `layout: NCHW`")
    sizes = {"H": height, "W": columns, "C": channels}
    return arrange_images(where, rows.reshape(len(rows), *(sizes[axis] for axis in layout[1:])), layout, None)
