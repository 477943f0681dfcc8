"""The channels of an image that figures show as red, green and blue."""

from __future__ import annotations

from collections.abc import Sequence

from aegan.errors import InputError


def check_shown_channels(where: object, show: Sequence[int], shape: Sequence[int]) -> None:
    """Check that images have the channels that are to be shown.

    Args:
        where: key or option that an error names.
        show: three channels, from 0.
        shape: of one sample: (H, W, C) of an image, (D,) of a point.

    Raises:
        InputError: they are not three, the images lack one of them, or the samples are points.
    """
    if len(shape) != 3:
        raise InputError(where, "the data are points, which have no channels", "Remove show")
    last = shape[-1] - 1
    if len(show) != 3 or not all(0 <= channel <= last for channel in show):
        has = "one channel, 0" if last == 0 else f"{last + 1} channels, 0 to {last}"
        raise InputError(where, f"these are not three channels of the images, which have {has}", "Name three of these")
