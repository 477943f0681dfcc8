"""Images and clouds of points in labelled strips. Pixels are not smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from aegan.figures.channels import arrange_channels, choose_maps, describe_channels
from aegan.figures.clouds import PANELS, SIDE, draw_clouds
from aegan.figures.panels import hide_axes
from aegan.figures.style import INK, MUTED

COLUMNS = 16  # most images side by side
MAP_COLUMNS, APART = 33, 1 / 3  # most maps side by side, and the gap between two pictures of maps, as a share of a map
GAP, FOOT = 0.14, 0.16  # inches between strips, and for text above or below a strip


def make_mosaic(rows: np.ndarray, maps: int = 1) -> np.ndarray:
    """Tile images with transparent gaps.

    Args:
        rows: uint8 (rows, columns, H, W, C), C = 1 (grey) or 3 (RGB).
        maps: number of neighbouring columns that show one picture; a wider gap follows them if they are several.

    Returns:
        uint8 RGBA (rows · (H + gap) − gap, columns · (W + gap) − gap, 4); the gap is a sixteenth of W, at least 1.
    """
    R, K, H, W, C = rows.shape
    gap = max(1, W // 16)
    apart = round(APART * (W + gap)) if maps > 1 else 0
    canvas = np.zeros((R, K, H + gap, W + gap, 4), np.uint8)
    canvas[:, :, :H, :W, :3] = rows if C == 3 else np.repeat(rows, 3, axis=-1)
    canvas[:, :, :H, :W, 3] = 255
    pictures = canvas.transpose(0, 2, 1, 3, 4).reshape(R * (H + gap), K // maps, maps * (W + gap), 4)
    tiled = np.pad(pictures, ((0, 0), (0, 0), (0, apart), (0, 0))).reshape(R * (H + gap), -1, 4)
    return tiled[:-gap, : -gap - apart]


class Strip(NamedTuple):
    """A row of samples or reconstructions with its name.

    Attributes:
        label: the method or the autoencoder.
        made: generated or decoded data: uint8 (rows, columns, H, W, 1 or 3) tiles, or float32 (panels, n, D) points.
        real: (m, D) real points, drawn beneath generated points.
        notes: text on the right of each row, if any.
        feet: text below each picture or panel, if any.
        maps: numbers of the channels whose maps, side by side, are one picture; () if a tile is a picture.
        about: how the channels are drawn, if not as they are.
    """

    label: str
    made: np.ndarray
    real: np.ndarray
    notes: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()
    maps: tuple[int, ...] = ()
    about: str = ""

    @property
    def head(self) -> float:
        """Inches above the strip."""
        return FOOT if self.maps else 0.0

    @property
    def gap(self) -> float:
        """Inches below the strip."""
        return GAP + FOOT if self.feet else GAP

    @property
    def pitch(self) -> float:
        """Distance between the left edges of two pictures, in tiles."""
        return len(self.maps) + APART if self.maps else 1.0

    @property
    def span(self) -> float:
        """Width in tiles."""
        return self.made.shape[1] + (self.count_pictures() - 1) * APART if self.maps else float(self.made.shape[1])

    def count_pictures(self) -> int:
        """Return the number of pictures side by side."""
        return int(self.made.shape[1] // max(1, len(self.maps)))

    def compute_height(self, columns: float) -> float:
        """Return height over width; a strip of fewer images keeps their size and has free space on its right."""
        if self.made.ndim == 3:
            return 1 / PANELS
        R, _, H, W, _ = self.made.shape
        return float(R * H / (W * columns))

    def draw(self, axes: Axes, columns: float) -> None:
        """Draw the strip on its axes, on which `columns` tiles fit side by side."""
        hide_axes(axes)
        axes.set_ylabel(self.label, rotation=0, ha="right", va="center", color=INK, fontweight="bold")
        if self.made.ndim == 3:
            draw_clouds(axes, self.made, self.real)
            axes.set(xlim=(0, PANELS), ylim=(0, 1))
        else:
            mosaic = make_mosaic(self.made, max(1, len(self.maps)))
            axes.imshow(mosaic, interpolation="none", aspect="auto", extent=(0, self.span, 0, 1))
            axes.set_xlim(0, columns)
        self._write_texts(axes)

    def _write_texts(self, axes: Axes) -> None:
        pictures, middle = self.made.shape[1] if self.made.ndim == 3 else self.count_pictures(), max(1, len(self.maps))
        for picture in range(pictures if self.maps else 0):
            for place, channel in enumerate(self.maps):
                x = picture * self.pitch + place + SIDE / 2
                axes.text(x, 1.0, str(channel), ha="center", va="bottom", color=MUTED, fontsize=6.5)
        for place, foot in enumerate(self.feet):
            # a foot more than there are pictures stands on the right of the last
            beside = self.span + (place - pictures + SIDE / 2) * (2 if self.maps else 1)
            x = place * self.pitch + SIDE * middle / 2 if place < pictures else beside
            axes.text(x, -0.03, foot, ha="center", va="top", color=MUTED, fontsize=7.5)
        for place, note in enumerate(self.notes):
            height = 1 - (place + 0.5) / len(self.notes)
            axes.text(self.span + 0.08, height, note, va="center", color=MUTED, fontsize=8)


def make_strip(
    label: str,
    made: np.ndarray,
    real: np.ndarray,
    show: Sequence[int] = (),
    notes: Sequence[str] = (),
    feet: Sequence[str] = (),
) -> Strip:
    """Make a strip of data with any number of channels. Maps leave room for fewer pictures: evenly spaced ones.

    Args:
        label: the method or the autoencoder.
        made: generated or decoded data: uint8 (rows, columns, H, W, C) images, or float32 (panels, n, D) points.
        real: (m, D) real points, drawn beneath generated points.
        show: the channels drawn as red, green and blue, from 0; empty if none are chosen.
        notes: text on the right of each row, if any.
        feet: text below each picture or panel, if any.
    """
    if made.ndim == 3:
        return Strip(label, made, real, tuple(notes), tuple(feet))
    columns, channels = made.shape[1], made.shape[-1]
    kept = choose_columns(columns, channels, show)
    tiles = arrange_channels(made[:, kept], show)
    shown_feet = [foot for place, foot in enumerate(feet) if place in kept or place >= columns]
    about = describe_channels(channels, show)
    return Strip(label, tiles.values, real, tuple(notes), tuple(shown_feet), tiles.maps, about)


def choose_columns(columns: int, channels: int, show: Sequence[int] = ()) -> list[int]:
    """Choose the columns of pictures for which a strip has room: all of them, unless pictures are strips of maps.

    Args:
        columns: number of columns.
        channels: number of channels of a picture.
        show: the channels drawn as red, green and blue, from 0; empty if none are chosen.
    """
    maps = choose_maps(channels, show)
    room = int((MAP_COLUMNS + APART) / (len(maps) + APART)) if maps else columns
    kept: list[int] = np.linspace(0, columns - 1, min(columns, room)).round().astype(int).tolist()
    return kept
