"""Parts that figures share: sizes, grids of axes, legends, and a message in place of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

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

WIDTH = 9.6  # inches, of a figure
#: inches, of a figure of small panels: the report first shows it in half its width, where text must stay legible
DETAIL_WIDTH = 6.0
LEGEND_COLUMNS = 7
NOT_RECORDED = "the study recorded no {}"


def estimate_label_width(names: Iterable[str]) -> float:
    """Estimate the width in inches of names at the left of rows."""
    return 0.25 + 0.085 * max(map(len, names))


def fit_font(text: str, width: float, largest: float = 8.5) -> float:
    """Return a font size, in points, at which a line of text fits.

    Args:
        text: the line.
        width: the room for it, in inches.
        largest: the size that it has where there is room.
    """
    return min(largest, 72 * width / (0.68 * max(1, len(text))))


def make_figure(height: float, pad: float = 0.04) -> Figure:
    """Make an empty figure, `height` inches high, with at least `pad` inches between its axes."""
    return Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=pad))


class Message(Figure):
    """A figure that holds nothing but the reason why there is nothing to show. The report leaves it out, and says why.

    Args:
        reason: the reason, without a full stop.
        options: those of a matplotlib figure.
    """

    def __init__(self, reason: str, **options: Any) -> None:
        super().__init__(**options)
        self.reason = reason
        self.text(0.5, 0.5, f"Nothing to show: {reason}.", ha="center", va="center", color=MUTED, style="italic")


@apply_theme
def draw_message(reason: str) -> Message:
    """Write in place of a figure the reason why there is nothing to show, without a full stop."""
    return Message(reason, figsize=(WIDTH, 1.2), layout=ConstrainedLayoutEngine(h_pad=0.04))


def make_grid(rows: int, columns: int, height: float, extra: float = 0.5) -> tuple[Figure, np.ndarray]:
    """Make a figure with a grid of axes whose rows are equally high; see `make_rows`.

    Args:
        rows: number of rows.
        columns: number of columns.
        height: of a row, in inches.
        extra: height of legends and labels above and below, in inches.
    """
    return make_rows([height] * rows, columns, extra)


def make_rows(heights: Sequence[float], columns: int, extra: float) -> tuple[Figure, np.ndarray]:
    """Make a figure with rows of axes.

    Args:
        heights: of the rows, in inches.
        columns: number of columns.
        extra: height of legends and labels above and below, in inches.

    Returns:
        The figure, and its axes (rows, columns).
    """
    figure = make_figure(sum(heights) + extra)
    return figure, figure.subplots(len(heights), columns, squeeze=False, height_ratios=heights)


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
    columns = count_legend_columns(figure.get_figwidth())
    figure.legend(handles=[*lines, *notes], loc="upper left", ncols=columns, handlelength=2.2, columnspacing=1.6)


def count_legend_columns(width: float) -> int:
    """Return how many entries of a legend stand side by side in a figure that is `width` inches wide."""
    return max(1, int(LEGEND_COLUMNS * width / WIDTH))


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
