"""Parts of the figures of reproduced results: panels with a heading, a band per series, the line of a criterion.

Where all panels show methods over steps, `curve_panels.draw_panels` is enough. A function that draws with these parts
is decorated with `style.apply_theme`, so that its lines follow the theme.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aegan.figures.curves import compute_limits, draw_curves, find_marks, make_mark_legend, set_value_axis
from aegan.figures.panels import LEGEND_COLUMNS
from aegan.figures.style import INK, MUTED, Look
from aegan.figures.tiles import Tiling, make_tiles


def make_panels(
    heading: str, titles: Sequence[str], columns: int = 2, height: float = 2.2
) -> tuple[Figure, list[Axes]]:
    """Make a figure with a heading, a panel per title, and room for a legend on top.

    Args:
        heading: heading of the figure.
        titles: titles of the panels.
        columns: panels side by side.
        height: of a panel, in inches.

    Returns:
        The figure, and the axes of its panels.
    """
    figure, (all_axes,) = make_tiles(
        [(heading, len(titles))], Tiling(columns, height, gap=0.7, left=0.7, foot=0.75), top=0.4
    )
    for axes, title in zip(all_axes, titles, strict=True):
        axes.set_title(title)
    return figure, all_axes


def draw_band(axes: Axes, frame: pd.DataFrame, colour: str, label: str, log: bool = False) -> list[Line2D]:
    """Draw a series: the median seed as a line, lowest to highest seed as a band, zero and lost seeds at the edge.

    Args:
        axes: the axes to draw on; their vertical limits grow to hold the series.
        frame: x, seed, value.
        colour: colour of the series.
        label: its name.
        log: whether the vertical axis is logarithmic.

    Returns:
        The line and the notes on its marks, for `add_legend`.
    """
    scale = "log" if log else "linear"
    rows = frame.rename(columns={"x": "step"}).assign(method=label)
    span = [compute_limits(rows["value"], scale), *([axes.get_ylim()] if axes.lines else [])]
    set_value_axis(axes, scale, (min(low for low, _ in span), max(high for _, high in span)))
    draw_curves(axes, rows, {label: Look(colour, "solid", "o")}, scale)
    return [Line2D([], [], color=colour, label=label), *make_mark_legend(set(find_marks(rows, log)["mark"]))]


def draw_criterion(axes: Axes, value: float, words: str) -> None:
    """Draw the level that a result is graded against, and name it.

    Args:
        axes: the axes to draw on.
        value: the level.
        words: its name.
    """
    axes.axhline(value, color=INK, linestyle=(0, (1, 2)), linewidth=1)
    axes.annotate(
        words, (1, value), (0, 3), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
        color=MUTED, fontsize=8,
    )  # fmt: skip


def add_legend(figure: Figure, handles: Sequence[Line2D]) -> None:
    """Put a legend on top, each label once."""
    once = {str(handle.get_label()): handle for handle in handles}
    figure.legend(handles=list(once.values()), loc="upper left", ncols=LEGEND_COLUMNS)
