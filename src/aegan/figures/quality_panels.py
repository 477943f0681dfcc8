"""Panels of quality: every seed as a point, the median over seeds as a bar, and the real-against-real floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aegan.figures.metric_names import MetricLabels, get_direction, name_metric
from aegan.figures.panels import draw_message, draw_seed_dots, make_figure, make_seed_legend, name_rows, set_log_ticks
from aegan.figures.style import INK, Look, apply_theme, assign_looks
from aegan.tables import list_distinct


@apply_theme
def draw_quality(quality: pd.DataFrame, methods: Sequence[str], labels: MetricLabels) -> Figure:
    """Draw small multiples: a row per data set and feature space, a panel per metric, a line per method.

    Args:
        quality: dataset, method, seed, space, metric, value, floor.
        methods: the methods, in order.
        labels: metric -> its label and which direction is better.
    """
    rows = [
        (f"{dataset} · {space}", own)
        for dataset in list_distinct(quality["dataset"])
        for space in list_distinct(quality["space"])
        if len(own := quality[(quality["dataset"] == dataset) & (quality["space"] == space)])
    ]
    if not rows:
        return draw_message("quality was not measured")
    lines = [-(-own["metric"].nunique() // 3) for _, own in rows]
    heights = [
        count * (0.7 + 0.24 * own["method"].nunique()) + 0.35 for count, (_, own) in zip(lines, rows, strict=True)
    ]
    figure = make_figure(sum(heights) + 0.3)
    parts = figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (title, own), count in zip(parts, rows, lines, strict=True):
        part.suptitle(title, x=0.012, ha="left", fontweight="bold", fontsize=10)
        shown = {m: look for m, look in assign_looks(methods).items() if m in list_distinct(own["method"])}
        all_axes = part.subplots(count, 3, squeeze=False).ravel()
        for place, axes in enumerate(all_axes):
            axes.set_visible(place < own["metric"].nunique())
        for place, metric in enumerate(list_distinct(own["metric"])):
            name_rows(all_axes[place], list(shown), labels=place % 3 == 0)
            _draw_metric(all_axes[place], own[own["metric"] == metric], shown, labels)
    floor = Line2D([], [], color=INK, linestyle=(0, (1, 2)), label="floor: real against real")
    handles = [*make_seed_legend(), *([floor] if quality["floor"].notna().any() else [])]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _draw_metric(axes: Axes, rows: pd.DataFrame, shown: dict[str, Look], labels: MetricLabels) -> None:
    metric, space = str(rows["metric"].iloc[0]), str(rows["space"].iloc[0])
    for place, (method, look) in enumerate(shown.items()):
        values = rows[rows["method"] == method]["value"]
        draw_seed_dots(axes, place, values, look)
        if lost := int((~np.isfinite(values)).sum()):
            words = f"{lost} not finite"
            axes.text(0.99, place, words, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=7.5)
    wide, floor = rows["value"][np.isfinite(rows["value"])], rows["floor"].median()
    log = len(wide) and wide.min() > 0 and wide.max() > 50 * wide.min()
    if floor > 0 or not log:  # a floor of zero lies infinitely far to the left of a log axis
        axes.axvline(floor, color=INK, linestyle=(0, (1, 2)), linewidth=1)
    if log:
        axes.set_xscale("log")
        set_log_ticks(axes.xaxis, axes.get_xlim())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))
    direction = get_direction(metric, labels)
    axes.set_title(name_metric(metric, labels, space) + (f" · {direction} is better" if direction else ""))
