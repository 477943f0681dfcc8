"""The figure of benchmarks/throughput.py: images per second of every loop, and a roofline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.roofline import roofline_at
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from aegan.figures.numbers import format_count
from aegan.figures.panels import make_figure, name_rows
from aegan.figures.style import INK, MUTED, Look, apply_theme, assign_looks


@apply_theme
def draw_throughput(record: Mapping[str, Any]) -> Figure:
    """Draw a record: bars of every task above, the roofline with the operations of every loop below."""
    rows = pd.DataFrame(record["rows"])
    tasks, loops = list(rows["task"].unique()), list(rows["loop"].unique())
    look = assign_looks(loops)
    panels = (len(tasks) + 1) // 2  # above each other, two next to each other
    bars_height = (0.22 * len(loops) + 0.3) * panels
    figure = make_figure(bars_height + 4.0)
    above, below = figure.subfigures(2, 1, height_ratios=[bars_height, 4.0])
    all_axes = above.subplots(panels, 2, squeeze=False).flatten()
    for axes in all_axes[len(tasks) :]:
        axes.remove()
    for place, (axes, task) in enumerate(zip(all_axes, tasks, strict=False)):
        _bars(axes, rows[rows["task"] == task], look)
        name_rows(axes, loops, labels=place % 2 == 0)
        axes.set_title(f"{task} · images a second" + (f" · {record['device']}" if place == 0 else ""))
    _roofline(below.subplots(), rows, record["ceilings"], look)
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, look: Mapping[str, Look]) -> None:
    """Draw a bar for each loop, with its speed relative to (a)."""
    rates = rows["images_per_second"]
    axes.barh(range(len(rows)), rates, color=[look[loop].colour for loop in rows["loop"]], height=0.6)
    for place, (rate, ratio) in enumerate(zip(rates, rows["over_a"], strict=True)):
        axes.annotate(
            f"{format_count(rate)} · {ratio:.3g} × (a)", (rate, place), (4, 0), textcoords="offset points", va="center"
        )
    axes.set_xlim(0, rates.max() * 1.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value)))


def _roofline(axes: Axes, rows: pd.DataFrame, ceiling: Mapping[str, float], look: Mapping[str, Look]) -> None:
    """Draw operations per second over operations per byte, below the ceilings measured in the same run."""
    where = np.geomspace(rows["flops_per_byte"].min() / 4, 4 * ceiling["float32_flops"] / ceiling["bytes"], 200)
    axes.plot(where, [roofline_at(x, ceiling) for x in where], color=INK, label="what the machine can do, float32")
    for loop, own in rows.groupby("loop", sort=False):
        axes.scatter(
            own["flops_per_byte"],
            own["flops_per_second"],
            color=look[loop].colour,
            marker=look[loop].marker,
            label=loop,
            s=26,
        )
    places = rows.groupby("task")["flops_per_byte"].first().sort_values()
    for place, (task, intensity) in enumerate(places.items()):
        axes.annotate(
            str(task),
            (intensity, 0.02 + 0.34 * place / len(places)),  # labels of neighbours do not overlap
            (-6, 0),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=MUTED,
            fontsize=8,
        )
    low, high = rows["flops_per_second"].min(), rows["flops_per_second"].max()
    axes.set(xscale="log", yscale="log", xlabel="operations per byte", ylabel="operations a second")
    axes.set_ylim(bottom=low / (high / low) ** 0.8)  # room for the labels
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value, "FLOP/s")))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.set_title(
        "Arithmetic reached, counted on our round, under what a large product or convolution and a large triad reach"
    )
    axes.figure.legend(loc="outside lower center", ncols=5, fontsize=7, frameon=False)
