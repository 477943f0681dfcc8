"""Curves over steps: the median seed as a line, all seeds as a band, and nothing hidden.

A logarithmic axis cannot hold a zero and no axis can hold infinity or NaN, yet these are the values the study is
about. They, and seeds that stop early, are marked at the edge of the panel instead of being dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from aegan.analysis.study_schema import ordered
from aegan.figures.panels import LEGEND_COLUMNS, Tiling, key, log_ticks, over_steps, step_label, tile
from aegan.figures.style import MUTED, Look, looks, styled

MARKS = {
    "zero": (0.02, "v", "zero in a seed"),
    "infinite": (0.98, "^", "infinite"),
    "lost": (0.93, "x", "NaN or stopped"),
}


_FIXED = {"fraction": (-0.04, 1.04), "cosine": (-1.08, 1.08)}  # scales whose limits are known before any value


class Panel(NamedTuple):
    """One small chart. Panels of one block that share a scale share their limits.

    Attributes:
        title: what it shows.
        frame: method, seed, step, value.
        scale: log, linear, fraction (0 to 1) or cosine (−1 to 1).
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
    if scale in _FIXED:
        return _FIXED[scale]
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
        (drawn,) = axes.plot(rows["step"], line, color=look.colour, linestyle=look.dash, label=method)
        _dot_alone(drawn, line)
    for mark, own in lost.groupby("mark"):
        for rank, method in enumerate(ordered(own["method"])):
            _mark(axes, own[own["method"] == method]["step"], str(mark), rank, looks[method].colour)


def _mark(axes: Axes, steps: pd.Series, mark: str, rank: int, colour: str) -> None:
    # Methods that share a mark stand beside one another, so that none hides another.
    height, marker, _ = MARKS[mark]
    height += 0.05 * (rank % 4) * (1 if height < 0.5 else -1)
    edge = axes.get_xaxis_transform()
    axes.plot(steps, [height] * len(steps), marker, color=colour, ms=5, clip_on=False, transform=edge)


def _dot_alone(drawn: Line2D, line: pd.Series) -> None:
    # A line needs two neighbours: without a dot, a value alone between gaps would not be seen.
    alone = line.notna() & line.shift().isna() & line.shift(-1).isna()
    if alone.any():
        drawn.set(marker="o", markersize=3.5, markevery=alone.tolist())


def dress(axes: Axes, scale: str, span: tuple[float, float]) -> None:
    """Set the scale, limits and ticks of a vertical axis."""
    axes.set_yscale("log" if scale == "log" else "linear")
    axes.set_ylim(span)
    if scale == "log":
        log_ticks(axes.yaxis, span)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))


def over_log_steps(axes: Axes) -> None:
    """Dress a horizontal axis of steps that grow by a factor, with step 0 on it."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    axes.xaxis.set_major_locator(FixedLocator([0, *10.0 ** np.arange(0, 10)]))
    axes.xaxis.set_major_formatter(step_label)
    axes.xaxis.set_minor_locator(NullLocator())


def note_marks(panels: Sequence[Panel]) -> list[Line2D]:
    """Explain, for a legend, the marks that occur in the panels."""
    return mark_key({mark for panel in panels for mark in marks(panel.frame, panel.scale == "log")["mark"]})


def mark_key(seen: Set[str]) -> list[Line2D]:
    """Explain these marks for a legend."""
    return [
        Line2D([], [], color=MUTED, marker=marker, linestyle="none", ms=5, label=words)
        for mark, (_, marker, words) in MARKS.items()
        if mark in seen
    ]


@styled
def figure_of(
    blocks: Sequence[Block], methods: Sequence[str], columns: int, across: Callable[[Axes], None] = over_steps
) -> Figure:
    """Draw blocks of panels under one another, with one legend on top; `across` dresses the horizontal axes."""
    panels = [panel for block in blocks for panel in block.panels]
    notes = note_marks(panels)
    shown = {str(method) for panel in panels for method in panel.frame["method"].unique()}
    legend = 0.2 + 0.2 * -(-(len(shown) + len(notes)) // LEGEND_COLUMNS)
    mixed = any(len({panel.scale for panel in block.panels}) > 1 for block in blocks)
    size = Tiling(columns, height=1.3 if columns > 3 else 1.8, gap=0.5 if mixed else 0.22)
    figure, all_axes = tile([(block.title, len(block.panels)) for block in blocks], size, legend)
    key(figure, looks(methods), shown, notes)
    for block, axes in zip(blocks, all_axes, strict=True):
        _draw_block(block, axes, looks(methods), columns)
        for own in axes:
            across(own)
    return figure


def _draw_block(block: Block, all_axes: Sequence[Axes], looks: dict[str, Look], columns: int) -> None:
    values = {panel.scale: pd.Series(dtype=float) for panel in block.panels}
    for panel in block.panels:
        values[panel.scale] = pd.concat([values[panel.scale], panel.frame["value"]])
    for place, (panel, axes) in enumerate(zip(block.panels, all_axes, strict=True)):
        dress(axes, panel.scale, limits(values[panel.scale], panel.scale))
        draw_curves(axes, panel.frame, looks, panel.scale)
        axes.set_title(panel.title)
        axes.tick_params(labelleft=place % columns == 0 or block.panels[place - 1].scale != panel.scale)
