"""Curves over steps: the median seed as a line, all seeds as a band, and nothing hidden.

A logarithmic axis cannot hold a zero and no axis can hold infinity or NaN, yet these are the values the study is
about. They, and seeds that stop early, are marked at the edge of the panel instead of being dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from aegan.figures.numbers import counted
from aegan.figures.panels import LEGEND_COLUMNS, WIDTH, key, log_ticks
from aegan.figures.style import MUTED, Look, looks, styled

MARKS = {
    "zero": (0.02, "v", "zero in a seed"),
    "infinite": (0.98, "^", "infinite"),
    "lost": (0.93, "x", "NaN or stopped"),
}


class Panel(NamedTuple):
    """One small chart. Panels of one block that share a scale share their limits.

    Attributes:
        title: what it shows.
        frame: method, seed, step, value.
        scale: log, linear or fraction (0 to 1).
    """

    title: str
    frame: pd.DataFrame
    scale: str


class Block(NamedTuple):
    """A titled group of panels."""

    title: str
    panels: Sequence[Panel]


def bands(frame: pd.DataFrame) -> pd.DataFrame:
    """Summarise the seeds of each method and step.

    Args:
        frame: method, seed, step, value.

    Returns:
        method, step, median, low (the lowest seed), high (the highest); NaN is left out, zero and infinity count.
    """
    values = frame.groupby(["method", "step"], sort=True, observed=True)["value"]
    table: pd.DataFrame = values.agg(median="median", low="min", high="max").reset_index()
    return table


def marks(frame: pd.DataFrame, log: bool) -> pd.DataFrame:
    """Find what a curve cannot show: method, step, mark (zero, infinite, lost).

    A seed is lost where it is NaN and where it ends before its method's longest seed; methods may differ in rounds.
    """
    values, steps = frame["value"], frame["step"]
    ends = steps.groupby([frame["method"], frame["seed"]]).transform("max")
    longest = steps.groupby(frame["method"]).transform("max")
    found = {
        "zero": (values == 0) & log,
        "infinite": np.isinf(values),
        "lost": values.isna() | ((steps == ends) & (ends < longest)),
    }
    tables: list[pd.DataFrame] = [frame.loc[rows, ["method", "step"]].assign(mark=mark) for mark, rows in found.items()]
    return pd.concat(tables).drop_duplicates().reset_index(drop=True)


def limits(values: pd.Series, scale: str) -> tuple[float, float]:
    """Choose the limits of an axis from its finite (and, on a log axis, positive) values, with a little air."""
    if scale == "fraction":
        return -0.04, 1.04
    kept = values[np.isfinite(values) & ((values > 0) | (scale != "log"))]
    if scale == "log":
        exponents = np.log10(kept) if len(kept) else pd.Series([-1.0, 1.0])
        air = max(0.06 * (exponents.max() - exponents.min()), 0.15)
        return float(10 ** (exponents.min() - air)), float(10 ** (exponents.max() + air))
    low, high = (float(kept.min()), float(kept.max())) if len(kept) else (0.0, 1.0)
    air = 0.06 * (high - low) or 0.5
    return low - air, high + air


def draw_curves(axes: Axes, frame: pd.DataFrame, looks: dict[str, Look], scale: str) -> None:
    """Draw the line, band and marks of each method on axes whose limits are set."""
    bottom, top = axes.get_ylim()
    log = scale == "log"
    table, lost = bands(frame), marks(frame, log)
    for method, look in looks.items():
        rows = table[table["method"] == method]
        line = rows["median"].where(np.isfinite(rows["median"]) & ((rows["median"] > 0) | (not log)))
        shown = rows[["low", "high"]].clip(bottom, top)
        axes.fill_between(rows["step"], shown["low"], shown["high"], color=look.colour, alpha=0.16, linewidth=0)
        axes.plot(rows["step"], line, color=look.colour, linestyle=look.dash)
    edge = axes.get_xaxis_transform()
    for method, mark in lost[["method", "mark"]].drop_duplicates().itertuples(index=False):
        steps = lost[(lost["method"] == method) & (lost["mark"] == mark)]["step"]
        (height, marker, _), colour = MARKS[mark], looks[method].colour
        axes.plot(steps, [height] * len(steps), marker, color=colour, ms=5, clip_on=False, transform=edge)


def dress(axes: Axes, scale: str, span: tuple[float, float]) -> None:
    """Set an axis' scale, limits and ticks."""
    axes.set_yscale("log" if scale == "log" else "linear")
    axes.set_ylim(span)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: counted(value).replace(" ", "")))
    if scale == "log":
        log_ticks(axes.yaxis, span)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))


def note_marks(panels: Sequence[Panel]) -> list[Line2D]:
    """Explain, for a legend, the marks that occur in the panels."""
    seen = {mark for panel in panels for mark in marks(panel.frame, panel.scale == "log")["mark"]}
    return [
        Line2D([], [], color=MUTED, marker=marker, linestyle="none", ms=5, label=words)
        for mark, (_, marker, words) in MARKS.items()
        if mark in seen
    ]


class _Layout(NamedTuple):
    """Sizes in inches. Places are computed, not solved for: a grid of forty panels is then drawn at once."""

    left: float = 0.62
    gap: float = 0.22
    head: float = 0.58  # the title of a block and of its first panels
    foot: float = 0.5  # ticks and the titles of the panels below
    height: float = 1.3


@styled
def figure_of(blocks: Sequence[Block], methods: Sequence[str], columns: int) -> Figure:
    """Draw blocks of panels under one another, with one legend on top."""
    panels = [panel for block in blocks for panel in block.panels]
    notes = note_marks(panels)
    shown = {str(method) for panel in panels for method in panel.frame["method"].unique()}
    legend = 0.2 + 0.2 * -(-(len(shown) + len(notes)) // LEGEND_COLUMNS)
    rows = [-(-len(block.panels) // columns) for block in blocks]
    size = _Layout(gap=0.22 if len({panel.scale for panel in panels}) == 1 else 0.5, height=1.3 if columns > 3 else 1.8)
    height = legend + sum(size.head + count * (size.height + size.foot) for count in rows)
    figure = Figure(figsize=(WIDTH, height))
    key(figure, looks(methods), shown, notes)
    top = height - legend
    for block, count in zip(blocks, rows, strict=True):
        figure.text(0.1 / WIDTH, (top - 0.05) / height, block.title, va="top", fontweight="bold", fontsize=10)
        _draw_block(figure, block, looks(methods), (columns, top - size.head, size))
        top -= size.head + count * (size.height + size.foot)
    return figure


def _draw_block(figure: Figure, block: Block, looks: dict[str, Look], grid: tuple[int, float, _Layout]) -> None:
    columns, top, size = grid
    total_width, total_height = figure.get_size_inches()
    width = (total_width - size.left - 0.15 - (columns - 1) * size.gap) / columns
    values = {panel.scale: pd.Series(dtype=float) for panel in block.panels}
    for panel in block.panels:
        values[panel.scale] = pd.concat([values[panel.scale], panel.frame["value"]])
    for place, panel in enumerate(block.panels):
        row, column = divmod(place, columns)
        x, y = size.left + column * (width + size.gap), top - row * (size.height + size.foot) - size.height
        axes = figure.add_axes((x / total_width, y / total_height, width / total_width, size.height / total_height))
        dress(axes, panel.scale, limits(values[panel.scale], panel.scale))
        draw_curves(axes, panel.frame, looks, panel.scale)
        axes.set_title(panel.title)
        axes.tick_params(labelleft=column == 0 or block.panels[place - 1].scale != panel.scale)
