"""Figures of quality: every seed as a point, the median as a bar, and the floor that no sampler can pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aegan.analysis.study_schema import ordered
from aegan.figures.panels import dots, log_ticks, name_rows, nothing, seed_key, sheet
from aegan.figures.style import INK, Look, looks, styled

# What each metric is called, and which way is better. FD in a space of our own is not the FID of the literature.
METRICS = {
    "fd": ("FD", "lower"),
    "fd_infinity": ("FD∞", "lower"),
    "kid": ("KID", "lower"),
    "precision": ("precision", "higher"),
    "recall": ("recall", "higher"),
    "density": ("density", "higher"),
    "coverage": ("coverage", "higher"),
    "class_kl": ("KL of classes / nat", "lower"),
    "class_coverage": ("classes covered", "higher"),
    "spread": ("spread over seeds", ""),
    "memorisation": ("distance to train / test", ""),
    "mse": ("MSE", "lower"),
    "psnr": ("PSNR / dB", "higher"),
    "ssim": ("SSIM", "higher"),
    "active_units": ("active units", ""),
    "effective_dimension": ("effective dimension", ""),
    "prior_distance": ("distance from N(0, I)", "lower"),
    "probe_accuracy": ("linear probe", "higher"),
    "neighbour_accuracy": ("5 nearest neighbours", "higher"),
    "rate": ("rate / nat", ""),
    "accuracy": ("accuracy", "higher"),
}
RECONSTRUCTION = ("mse", "psnr", "ssim")
SPACES = {"classifier": "cls", "random": "rnd"}
FID = "inception"  # the one space whose FD is that of the literature


def metric_name(metric: str, space: str = "") -> str:
    """Name a metric for people: FD of the classifier's features is FD-cls, and FID is that of Inception's alone."""
    name = METRICS.get(metric, (metric, ""))[0]
    if space == FID:
        return {"fd": "FID", "fd_infinity": "FID∞"}.get(metric, name)
    return f"{name}-{SPACES[space]}" if metric in ("fd", "fd_infinity", "kid", "spread") and space in SPACES else name


def better(metric: str) -> str:
    """Say which way is better: lower, higher, or nothing for a metric unknown here."""
    return METRICS.get(metric, ("", ""))[1]


@styled
def quality_with_floor(quality: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw small multiples: a row per data set and feature space, a panel per metric, a line per method.

    Args:
        quality: dataset, method, seed, space, metric, value, floor.
        methods: the methods, in order.
    """
    rows = [
        (f"{dataset} · {space}", own)
        for dataset in ordered(quality["dataset"])
        for space in ordered(quality["space"])
        if len(own := quality[(quality["dataset"] == dataset) & (quality["space"] == space)])
    ]
    if not rows:
        return nothing("Nothing to show: quality was not measured.")
    lines = [-(-own["metric"].nunique() // 3) for _, own in rows]
    heights = [
        count * (0.7 + 0.24 * own["method"].nunique()) + 0.35 for count, (_, own) in zip(lines, rows, strict=True)
    ]
    figure = sheet(sum(heights) + 0.3)
    parts = figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (title, own), count in zip(parts, rows, lines, strict=True):
        part.suptitle(title, x=0.012, ha="left", fontweight="bold", fontsize=10)
        shown = {m: look for m, look in looks(methods).items() if m in set(own["method"])}
        all_axes = part.subplots(count, 3, squeeze=False).ravel()
        for place, axes in enumerate(all_axes):
            axes.set_visible(place < own["metric"].nunique())
        for place, metric in enumerate(ordered(own["metric"])):
            _metric(all_axes[place], own[own["metric"] == metric], shown, labels=place % 3 == 0)
    floor = Line2D([], [], color=INK, linestyle=(0, (1, 2)), label="floor: real against real")
    handles = [*seed_key(), *([floor] if quality["floor"].notna().any() else [])]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _metric(axes: Axes, rows: pd.DataFrame, shown: dict[str, Look], labels: bool) -> None:
    metric, space = str(rows["metric"].iloc[0]), str(rows["space"].iloc[0])
    name_rows(axes, list(shown), labels)
    for place, (method, look) in enumerate(shown.items()):
        values = rows[rows["method"] == method]["value"]
        dots(axes, place, values, look)
        if lost := int((~np.isfinite(values)).sum()):
            words = f"{lost} not finite"
            axes.text(0.99, place, words, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=7.5)
    wide, floor = rows["value"][np.isfinite(rows["value"])], rows["floor"].median()
    log = len(wide) and wide.min() > 0 and wide.max() > 50 * wide.min()
    if floor > 0 or not log:  # a floor of zero lies infinitely far to the left of a log axis
        axes.axvline(floor, color=INK, linestyle=(0, (1, 2)), linewidth=1)
    if log:
        axes.set_xscale("log")
        log_ticks(axes.xaxis, axes.get_xlim())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))
    way = better(metric)
    axes.set_title(f"{metric_name(metric, space)}" + (f" · {way} is better" if way else ""))
