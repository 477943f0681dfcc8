"""Pieces that figures share: sizes, legends, and the polite panel that says why there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from aegan.figures.numbers import counted, decade, short
from aegan.figures.style import INK, MUTED, Look, styled

WIDTH = 9.6  # inches, of every figure
LEGEND_COLUMNS = 7


def room_for(names: Iterable[str]) -> float:
    """Return the inches that names at the left of rows take."""
    return 0.25 + 0.085 * max(map(len, names))


def sheet(height: float, pad: float = 0.04) -> Figure:
    """Make an empty figure, `height` inches high, that keeps its axes `pad` inches and more apart."""
    return Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=pad))


@styled
def nothing(reason: str) -> Figure:
    """Draw a panel that says why there is nothing to show."""
    figure = sheet(1.2)
    figure.text(0.5, 0.5, reason, ha="center", va="center", color=MUTED, style="italic")
    return figure


def grid(rows: int, columns: int, height: float, extra: float = 0.5) -> tuple[Figure, np.ndarray]:
    """Make a figure of rows × columns axes, `height` inches a row; returns it with its (rows, columns) axes."""
    figure = sheet(rows * height + extra)
    return figure, figure.subplots(rows, columns, squeeze=False)


class Tiling(NamedTuple):
    """Sizes in inches. Places are computed, not solved for: a grid of forty panels is then drawn at once."""

    columns: int
    height: float = 1.8  # of a panel
    gap: float = 0.22  # between two panels
    left: float = 0.62
    right: float = 0.15
    head: float = 0.58  # the title of a block and of its first panels
    foot: float = 0.5  # ticks and the titles of the panels below


def tile(blocks: Sequence[tuple[str, int]], size: Tiling, top: float) -> tuple[Figure, list[list[Axes]]]:
    """Make a figure of blocks of panels under one another, `top` inches below its upper edge.

    Args:
        blocks: the title and the number of panels of each block.
        size: columns and sizes.
        top: room for a legend, in inches.

    Returns:
        The figure, and the axes of each block in order of reading.
    """
    rows = [-(-count // size.columns) for _, count in blocks]
    height = top + sum(size.head + count * (size.height + size.foot) for count in rows)
    figure = Figure(figsize=(WIDTH, height))
    all_axes, above = [], height - top
    for (title, count), lines in zip(blocks, rows, strict=True):
        figure.text(0.1 / WIDTH, (above - 0.05) / height, title, va="top", fontweight="bold", fontsize=10)
        all_axes.append([_place(figure, place, above - size.head, size) for place in range(count)])
        above -= size.head + lines * (size.height + size.foot)
    return figure, all_axes


def _place(figure: Figure, place: int, top: float, size: Tiling) -> Axes:
    row, column = divmod(place, size.columns)
    width = (WIDTH - size.left - size.right - (size.columns - 1) * size.gap) / size.columns
    x, y = size.left + column * (width + size.gap), top - row * (size.height + size.foot) - size.height
    height = figure.get_figheight()
    return figure.add_axes((x / WIDTH, y / height, width / WIDTH, size.height / height))


def key(figure: Figure, looks: dict[str, Look], shown: Iterable[str], notes: Sequence[Line2D] = ()) -> None:
    """Put the methods' legend above the figure, in the order of the study, with notes on marks after it."""
    present = set(shown)
    lines = [
        Line2D([], [], color=look.colour, linestyle=look.dash, label=method)
        for method, look in looks.items()
        if method in present
    ]
    figure.legend(handles=[*lines, *notes], loc="upper left", ncols=LEGEND_COLUMNS, handlelength=2.2, columnspacing=1.6)


def name_rows(axes: Axes, names: Sequence[str], labels: bool = True) -> None:
    """Give a horizontal chart one row per name, the first on top."""
    axes.set_yticks(range(len(names)), names if labels else [""] * len(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", labelsize=9)


def note_rows(axes: Axes, notes: Sequence[str]) -> None:
    """Write a note at the right of each row."""
    for place, note in enumerate(notes):
        axes.annotate(note, (1.03, place), xycoords=("axes fraction", "data"), va="center", color=MUTED, fontsize=8)


def dots(axes: Axes, place: int, values: pd.Series, look: Look) -> None:
    """Draw a row of seeds as points and their median as a bar.

    What the axis cannot hold, infinity and on a log axis zero, counts in the median and is left to the caller to note.
    """
    lowest = 0.0 if axes.get_xscale() == "log" else -np.inf
    shown = [value for value in values if lowest < value < np.inf]
    middle = [value for value in [values.median()] if lowest < value < np.inf]
    axes.plot(shown, [place] * len(shown), "o", color=look.colour, ms=4.5, alpha=0.55, mew=0)
    axes.plot(middle, [place] * len(middle), "|", color=look.colour, ms=13, mew=2.6)


def seed_key() -> list[Line2D]:
    """Explain, for a legend, the points and the bar of `dots`."""
    return [
        Line2D([], [], color=INK, marker="o", ms=4, alpha=0.6, linestyle="none", label="a seed"),
        Line2D([], [], color=INK, marker="|", ms=9, mew=2.4, linestyle="none", label="median"),
    ]


def log_ticks(axis: Axis, span: tuple[float, float]) -> None:
    """Label a logarithmic axis from `span[0]` to `span[1]`: decades, and numbers between them where there are few."""
    wide = span[1] / span[0]
    subs = (1, 2, 5) if wide < 30 else (1, 3) if wide < 1000 else (1,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if wide < 1000 else decade(value)))
    axis.set_minor_locator(NullLocator())


def step_label(value: float, _: object = None) -> str:
    """Label a tick of an axis of steps: 1.5k."""
    return counted(value).replace(" ", "")


def over_steps(axes: Axes) -> None:
    """Dress a horizontal axis of steps."""
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(step_label)


def bare(axes: Axes) -> None:
    """Hide ticks, spines and grid of axes that hold a picture."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
