"""Images and clouds of points in labelled strips. Pixels are not smoothed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.clouds import PANELS, SIDE, draw_clouds
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width, hide_axes
from aegan.figures.style import INK, MUTED, apply_theme

COLUMNS, FEWEST = 16, 8  # most images side by side, and the least number of columns of a row
HEAD, GAP, FOOT = 0.3, 0.14, 0.16  # inches above a data set, between strips, and for the text below a strip


def make_mosaic(rows: np.ndarray) -> np.ndarray:
    """Tile images with transparent gaps.

    Args:
        rows: uint8 (rows, columns, H, W, C), C = 1 (grey) or 3 (RGB).

    Returns:
        uint8 RGBA (rows · (H + gap) − gap, columns · (W + gap) − gap, 4); the gap is a sixteenth of W, at least 1.
    """
    R, K, H, W, C = rows.shape
    gap = max(1, W // 16)
    canvas = np.zeros((R, K, H + gap, W + gap, 4), np.uint8)
    canvas[:, :, :H, :W, :3] = rows if C == 3 else np.repeat(rows, 3, axis=-1)
    canvas[:, :, :H, :W, 3] = 255
    tiled = canvas.transpose(0, 2, 1, 3, 4).reshape(R * (H + gap), K * (W + gap), 4)
    return tiled[:-gap, :-gap]


class Strip(NamedTuple):
    """A row of samples or reconstructions with its name.

    Attributes:
        label: the method or the autoencoder.
        made: generated or decoded data: uint8 (rows, columns, H, W, C) images, or float32 (panels, n, D) points.
        real: (m, D) real points, drawn beneath generated points.
        notes: text on the right of each row, if any.
        feet: text below each column or panel, if any.
    """

    label: str
    made: np.ndarray
    real: np.ndarray
    notes: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """Inches below the strip."""
        return GAP + FOOT if self.feet else GAP

    def compute_height(self, columns: int) -> float:
        """Return height over width; a strip of fewer images keeps their size and has free space on its right."""
        if self.made.ndim == 3:
            return 1 / PANELS
        R, _, H, W, _ = self.made.shape
        return float(R * H / (W * columns))

    def draw(self, axes: Axes, columns: int) -> None:
        """Draw the strip on its axes, on which `columns` images fit side by side."""
        hide_axes(axes)
        axes.set_ylabel(self.label, rotation=0, ha="right", va="center", color=INK, fontweight="bold")
        if self.made.ndim == 3:
            draw_clouds(axes, self.made, self.real)
            axes.set(xlim=(0, PANELS), ylim=(0, 1))
        else:
            across = (0, self.made.shape[1], 0, 1)
            axes.imshow(make_mosaic(self.made), interpolation="none", aspect="auto", extent=across)
            axes.set_xlim(0, columns)
        for place, foot in enumerate(self.feet):
            axes.text(place + SIDE / 2, -0.03, foot, ha="center", va="top", color=MUTED, fontsize=7.5)
        for place, note in enumerate(self.notes):
            height = 1 - (place + 0.5) / len(self.notes)
            axes.text(self.made.shape[1] + 0.08, height, note, va="center", color=MUTED, fontsize=8)


def draw_strips(strips: Mapping[str, Sequence[Strip]], message: str) -> Figure:
    """Draw the strips of every data set, one below another; if there are none, write the message."""
    present = {dataset: own for dataset, own in strips.items() if own}
    return _draw_present(present) if present else draw_message(message)


@apply_theme
def _draw_present(strips: Mapping[str, Sequence[Strip]]) -> Figure:
    every = [strip for own in strips.values() for strip in own]
    columns = max([FEWEST, *(strip.made.shape[1] for strip in every if strip.made.ndim == 5)])
    left = estimate_label_width(strip.label for strip in every)
    width = WIDTH - left - estimate_label_width(["", *(note for strip in every for note in strip.notes)]) + 0.15
    height = HEAD * len(strips) + sum(width * strip.compute_height(columns) + strip.gap for strip in every)
    figure, top = Figure(figsize=(WIDTH, height)), height
    for dataset, own in strips.items():
        figure.text(left / WIDTH, (top - 0.07) / height, dataset, va="top", fontweight="bold", fontsize=10)
        top -= HEAD
        for strip in own:
            tall = width * strip.compute_height(columns)
            top -= tall + strip.gap
            place = (left / WIDTH, (top + strip.gap) / height, width / WIDTH, tall / height)
            strip.draw(figure.add_axes(place), columns)
    return figure
