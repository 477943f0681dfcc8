"""Parts that figures share: sizes, grids of axes, legends, and a message in place of a figure."""

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

from aegan.figures.numbers import format_count, format_decade, format_number
from aegan.figures.style import INK, MUTED, Look, apply_theme

WIDTH = 9.6  # inches, of every figure
LEGEND_COLUMNS = 7
NOT_RECORDED = "Nothing to show: the study recorded no {}."


def estimate_label_width(names: Iterable[str]) -> float:
    """Estimate the width in inches of names at the left of rows."""
    return 0.25 + 0.085 * max(map(len, names))


def make_figure(height: float, pad: float = 0.04) -> Figure:
    """Make an empty figure, `height` inches high, with at least `pad` inches between its axes."""
    return Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=pad))


@apply_theme
def draw_message(reason: str) -> Figure:
    """Write in place of a figure the reason why there is nothing to show."""
    figure = make_figure(1.2)
    figure.text(0.5, 0.5, reason, ha="center", va="center", color=MUTED, style="italic")
    return figure


def make_grid(rows: int, columns: int, height: float, extra: float = 0.5) -> tuple[Figure, np.ndarray]:
    """Make a figure with a grid of axes.

    Args:
        rows: number of rows.
        columns: number of columns.
        height: of a row, in inches.
        extra: height of legends and labels above and below, in inches.

    Returns:
        The figure, and its axes (rows, columns).
    """
    figure = make_figure(rows * height + extra)
    return figure, figure.subplots(rows, columns, squeeze=False)


class Tiling(NamedTuple):
    """Sizes in inches of blocks of panels; positions are computed: a layout solver is slow for forty panels."""

    columns: int
    height: float = 1.8  # of a panel
    gap: float = 0.22  # between two panels
    left: float = 0.62
    right: float = 0.15
    head: float = 0.58  # the title of a block and of its first panels
    foot: float = 0.5  # ticks and the titles of the panels below


def make_tiles(blocks: Sequence[tuple[str, int]], size: Tiling, top: float) -> tuple[Figure, list[list[Axes]]]:
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


def add_method_legend(
    figure: Figure, looks: dict[str, Look], present: Iterable[str], notes: Sequence[Line2D] = ()
) -> None:
    """Put the legend of the methods above the figure.

    Args:
        figure: the figure.
        looks: method -> colour and line style, in the order of the study.
        present: the methods that are drawn.
        notes: legend entries that follow those of the methods.
    """
    methods = set(present)
    lines = [
        Line2D([], [], color=look.colour, linestyle=look.dash, label=method)
        for method, look in looks.items()
        if method in methods
    ]
    figure.legend(handles=[*lines, *notes], loc="upper left", ncols=LEGEND_COLUMNS, handlelength=2.2, columnspacing=1.6)


def name_rows(axes: Axes, names: Sequence[str], labels: bool = True) -> None:
    """Give a horizontal chart one row per name, the first on top.

    Args:
        axes: the axes to format.
        names: the names of the rows.
        labels: whether the names are written.
    """
    axes.set_yticks(range(len(names)), names if labels else [""] * len(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", labelsize=9)


def annotate_rows(axes: Axes, notes: Sequence[str]) -> None:
    """Write a note at the right of each row."""
    for place, note in enumerate(notes):
        axes.annotate(note, (1.03, place), xycoords=("axes fraction", "data"), va="center", color=MUTED, fontsize=8)


def draw_seed_dots(axes: Axes, place: int, values: pd.Series, look: Look) -> None:
    """Draw the seeds of a row as points and their median as a bar.

    Values that the axis cannot show (infinity and, on a log axis, zero) count in the median; the caller reports them.

    Args:
        axes: the axes to draw on.
        place: the row, from 0 at the top.
        values: one value per seed.
        look: of the method.
    """
    lowest = 0.0 if axes.get_xscale() == "log" else -np.inf
    points = [value for value in values if lowest < value < np.inf]
    middle = [value for value in [values.median()] if lowest < value < np.inf]
    axes.plot(points, [place] * len(points), "o", color=look.colour, ms=4.5, alpha=0.55, mew=0)
    axes.plot(middle, [place] * len(middle), "|", color=look.colour, ms=13, mew=2.6)


def make_seed_legend() -> list[Line2D]:
    """Make the legend entries of the points and the bar of `draw_seed_dots`."""
    return [
        Line2D([], [], color=INK, marker="o", ms=4, alpha=0.6, linestyle="none", label="a seed"),
        Line2D([], [], color=INK, marker="|", ms=9, mew=2.4, linestyle="none", label="median"),
    ]


def set_log_ticks(axis: Axis, span: tuple[float, float]) -> None:
    """Set ticks of a logarithmic axis from `span[0]` to `span[1]`: decades, and numbers between if they are few."""
    wide = span[1] / span[0]
    subs = (1, 2, 5) if wide < 30 else (1, 3) if wide < 1000 else (1,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=6))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: format_number(value) if wide < 1000 else format_decade(value))
    )
    axis.set_minor_locator(NullLocator())


def format_step(value: float, _: object = None) -> str:
    """Format a number of steps: 1.5k."""
    return format_count(value).replace(" ", "")


def format_step_axis(axes: Axes) -> None:
    """Set ticks of a horizontal axis of steps."""
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(format_step)


def hide_axes(axes: Axes) -> None:
    """Hide ticks, spines and grid of axes that show an image."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
