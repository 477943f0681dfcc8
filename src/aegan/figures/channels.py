"""Pictures of any number of channels as tiles that can be drawn: grey, colour, or a grey map per channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: most channels of one picture that are drawn as maps; of more channels, evenly spaced ones are
MOST_MAPS = 16


class Tiles(NamedTuple):
    """Pictures as they are drawn.

    Attributes:
        values: (rows, columns · max(1, maps), H, W, 1) grey or (rows, columns, H, W, 3) red, green and blue.
        maps: numbers of the channels that each picture's maps show, from 0; () for a picture in grey or colour.
    """

    values: np.ndarray
    maps: tuple[int, ...]


def choose_maps(channels: int, show: Sequence[int] = ()) -> tuple[int, ...]:
    """Choose the channels that are drawn as a grey map each; () if the picture is drawn in grey or colour.

    Args:
        channels: number of channels.
        show: the channels drawn as red, green and blue, from 0; empty if none are chosen.
    """
    if len(show) or channels in {1, 3}:
        return ()
    return tuple(np.linspace(0, channels - 1, min(channels, MOST_MAPS)).round().astype(int).tolist())


def arrange_channels(pictures: np.ndarray, show: Sequence[int] = ()) -> Tiles:
    """Arrange pictures for drawing: one and three channels as they are, others as `show` or as maps side by side.

    Args:
        pictures: (rows, columns, H, W, C).
        show: the channels drawn as red, green and blue, from 0; empty if none are chosen.
    """
    if len(show):
        return Tiles(pictures[..., list(show)], ())
    R, _, H, W, C = pictures.shape
    maps = choose_maps(C)
    if not maps:
        return Tiles(pictures, ())
    return Tiles(np.moveaxis(pictures[..., list(maps)], -1, 2).reshape(R, -1, H, W, 1), maps)


def describe_channels(channels: int, show: Sequence[int] = ()) -> str:
    """Describe how the channels of a picture are drawn; "" if they are drawn as they are.

    Args:
        channels: number of channels.
        show: the channels drawn as red, green and blue, from 0; empty if none are chosen.
    """
    if len(show):
        return f"channels {', '.join(map(str, show))} as red, green, blue"
    maps = choose_maps(channels)
    if not maps:
        return ""
    few = f"{len(maps)} of its {channels} channels" if len(maps) < channels else f"each of its {channels} channels"
    return f"a picture is a strip: a grey map of {few}, from 0 on"
