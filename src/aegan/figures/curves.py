"""Curves over steps: the median over seeds as a line, the range of the seeds as a band.

A logarithmic axis cannot show zero and no axis can show infinity or NaN. Such values, and seeds that stop early, are
marked at the edge of the panel instead of being dropped.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from aegan.figures.panels import (
    format_step,
    set_log_ticks,
)
from aegan.figures.style import MUTED, Look
from aegan.tables import list_distinct

MARKS = {
    "zero": (0.02, "v", "zero in a seed"),
    "infinite": (0.98, "^", "infinite"),
    "lost": (0.93, "x", "NaN or stopped"),
}

#: how to read the curves, for captions
CURVE_CAPTION = (
    "Line: the median seed; band: the lowest to the highest seed. Zero, infinite and lost seeds are marked at the edge."
)

#: scales with fixed limits -> these limits
FIXED_LIMITS = {"fraction": (-0.04, 1.04), "cosine": (-1.08, 1.08)}


def summarise_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """Summarise the seeds of each method and step.

    Args:
        frame: method, seed, step, value.

    Returns:
        method, step, median, low (the lowest seed), high (the highest); NaN is left out, zero and infinity count.
    """
    values = frame.groupby(["method", "step"], sort=True, observed=True)["value"]
    table: pd.DataFrame = values.agg(median="median", low="min", high="max").reset_index()
    return table


def find_marks(frame: pd.DataFrame, log: bool) -> pd.DataFrame:
    """Find the values that a curve cannot show.

    A seed is lost if its value is NaN or if it ends before its method's longest seed; methods may differ in rounds.

    Args:
        frame: method, seed, step, value.
        log: whether the vertical axis is logarithmic, so that it cannot show zero.

    Returns:
        method, step, mark (zero, infinite, lost).
    """
    values, steps = frame["value"].to_numpy(dtype=float), frame["step"]
    lost, ends = np.isnan(values), frame.groupby(["method", "seed"], observed=True)["step"].max()
    longest = ends.groupby(level="method", observed=True).transform("max")
    if (ends < longest).any():
        own, most = (steps.groupby([frame[key] for key in keys]) for keys in (["method", "seed"], ["method"]))
        lost |= ((steps == own.transform("max")) & (own.transform("max") < most.transform("max"))).to_numpy()
    found = {"zero": (values == 0) & log, "infinite": np.isinf(values), "lost": lost}
    tables = [frame.loc[rows, ["method", "step"]].assign(mark=mark) for mark, rows in found.items() if rows.any()]
    if not tables:
        return pd.DataFrame(columns=["method", "step", "mark"])
    marks: pd.DataFrame = pd.concat(tables).drop_duplicates().reset_index(drop=True)
    return marks


def compute_limits(values: pd.Series, scale: str) -> tuple[float, float]:
    """Compute the limits of an axis from its finite (and, on a log axis, positive) values, with a margin.

    Args:
        values: all values to be shown.
        scale: log, linear, fraction or cosine.
    """
    if scale in FIXED_LIMITS:
        return FIXED_LIMITS[scale]
    kept = values[np.isfinite(values) & ((values > 0) | (scale != "log"))]
    if scale == "log":
        exponents = np.log10(kept) if len(kept) else pd.Series([-1.0, 1.0])
        margin = max(0.06 * (exponents.max() - exponents.min()), 0.15)
        return float(10 ** (exponents.min() - margin)), float(10 ** (exponents.max() + margin))
    low, high = (float(kept.min()), float(kept.max())) if len(kept) else (0.0, 1.0)
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin


def draw_curves(axes: Axes, frame: pd.DataFrame, looks: dict[str, Look], scale: str) -> None:
    """Draw the line, band and marks of each method.

    Args:
        axes: axes whose limits are set.
        frame: method, seed, step, value.
        looks: method -> colour and line style.
        scale: log, linear, fraction or cosine.
    """
    bottom, top = axes.get_ylim()
    log = scale == "log"
    found, tables = find_marks(frame, log), dict(iter(summarise_seeds(frame).groupby("method", observed=True)))
    for method in (method for method in looks if method in tables):
        look, rows = looks[method], tables[method]
        steps = rows["step"].to_numpy()
        median, low, high = (rows[name].to_numpy(dtype=float) for name in ("median", "low", "high"))
        line = np.where(np.isfinite(median) & ((median > 0) | (not log)), median, np.nan)
        band = np.clip(low, bottom, top), np.clip(high, bottom, top)
        axes.fill_between(steps, *band, color=look.colour, alpha=0.16, linewidth=0)
        (drawn,) = axes.plot(steps, line, color=look.colour, linestyle=look.dash, label=method)
        _mark_isolated_values(drawn, line)
    for mark, own in found.groupby("mark"):
        for rank, method in enumerate(list_distinct(own["method"])):
            _draw_marks(axes, own[own["method"] == method]["step"], str(mark), rank, looks[method].colour)


def _draw_marks(axes: Axes, steps: pd.Series, mark: str, rank: int, colour: str) -> None:
    # Marks of several methods stand above one another, so that none hides another.
    height, marker, _ = MARKS[mark]
    height += 0.05 * (rank % 4) * (1 if height < 0.5 else -1)
    edge = axes.get_xaxis_transform()
    axes.plot(steps, [height] * len(steps), marker, color=colour, ms=5, clip_on=False, transform=edge)


def _mark_isolated_values(drawn: Line2D, line: np.ndarray) -> None:
    # A line needs two neighbours: without a dot, a value alone between gaps would not be seen.
    gaps = np.isnan(np.concatenate([[np.nan], line, [np.nan]]))
    alone = ~gaps[1:-1] & gaps[:-2] & gaps[2:]
    if alone.any():
        drawn.set(marker="o", markersize=3.5, markevery=alone.tolist())


def set_value_axis(axes: Axes, scale: str, span: tuple[float, float]) -> None:
    """Set the scale, limits and ticks of a vertical axis.

    Args:
        axes: the axes to format.
        scale: log, linear, fraction or cosine.
        span: the limits.
    """
    axes.set_yscale("log" if scale == "log" else "linear")
    axes.set_ylim(span)
    if scale == "log":
        set_log_ticks(axes.yaxis, span)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))


def format_log_step_axis(axes: Axes) -> None:
    """Set ticks of a horizontal axis of steps that grow by a factor, with step 0 on it."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    axes.xaxis.set_major_locator(FixedLocator([0, *10.0 ** np.arange(0, 10)]))
    axes.xaxis.set_major_formatter(format_step)
    axes.xaxis.set_minor_locator(NullLocator())


def make_mark_legend(marks: Set[str]) -> list[Line2D]:
    """Make the legend entries of these marks."""
    return [
        Line2D([], [], color=MUTED, marker=marker, linestyle="none", ms=5, label=words)
        for mark, (_, marker, words) in MARKS.items()
        if mark in marks
    ]
