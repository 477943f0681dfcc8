"""Performance profiles: the share of runs whose FD-cls is at most a multiple of the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import join_descriptions
from aegan.figures.numbers import format_number
from aegan.figures.panels import LEGEND_COLUMNS, draw_message, make_grid, set_log_ticks
from aegan.figures.selection import order_methods, select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import apply_theme, assign_looks
from aegan.tables import list_distinct


@apply_theme
def draw(profiles: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the share of runs at or below a multiple of the floor: a line per method, with its band.

    Data sets that run other methods have a panel of their own.

    Args:
        profiles: datasets, method, multiple, share, low, high.
        methods: the methods, in order.
    """
    if profiles.empty:
        return draw_message("no FD-cls was measured beside a floor above zero")
    looks, groups = assign_looks(methods), list_distinct(profiles["datasets"])
    figure, all_axes = make_grid(len(groups), 1, 3.4)
    least, most = profiles["multiple"].min(), profiles["multiple"].max()
    span = (least / 1.05, most * 1.05)
    for axes, datasets in zip(all_axes[:, 0], groups, strict=True):
        axes.set(xscale="log", xlim=span, ylim=(-0.02, 1.02), title=datasets)
        set_log_ticks(axes.xaxis, span)
        rows = select_rows(profiles, datasets=datasets)
        for method in order_methods(rows, methods):
            own, look = select_rows(rows, method=method), looks[method]
            x, style = own["multiple"], {"color": look.colour, "linestyle": look.dash}
            axes.plot(x, own["share"], drawstyle="steps-post", label=method, **style)
            axes.fill_between(x, own["low"], own["high"], color=look.colour, alpha=0.12, linewidth=0, step="post")
        axes.set_ylabel("share of runs at or below")
    all_axes[-1, 0].set_xlabel("FD-cls as a multiple of the floor (log)")
    lines = {str(line.get_label()): line for axes in all_axes[:, 0] for line in axes.lines}
    handles = [lines[method] for method in order_methods(profiles, methods)]
    figure.legend(handles=handles, loc="outside upper left", ncols=LEGEND_COLUMNS)
    return figure


def compute_median_reach(profiles: pd.DataFrame) -> pd.Series:
    """Find, by datasets and method, the smallest multiple of the floor that half of the runs reach; NaN if never."""
    runs = ["datasets", "method"]
    half = profiles[profiles["share"] >= 0.5].groupby(runs)["multiple"].min()
    return half.reindex(pd.MultiIndex.from_frame(profiles[runs].drop_duplicates()))


def describe(profiles: pd.DataFrame) -> str:
    """Describe the multiple of the floor that half of the runs reach in words."""
    reaches = {
        f"{method} on {datasets}": _describe_reach(multiple)
        for datasets, method, multiple in compute_median_reach(profiles).reset_index().itertuples(index=False)
    }
    return (
        "Share of runs at or below a multiple of the floor of FD-cls. "
        f"Half of the runs reach: {join_descriptions(reaches)}."
    )


def _describe_reach(multiple: float) -> str:
    return "never" if np.isnan(multiple) else f"{format_number(multiple)} times the floor"


SPEC = FigureSpec(
    draw,
    "Performance profiles against the floor",
    "At each multiple of the real-against-real floor, the share of a method's runs whose FD-cls is at most that, "
    "averaged over the data sets that run the same methods, and its bootstrap band. Further up and left is better. A "
    "run that diverged reaches no multiple. With few seeds the bands are too narrow.",
    describe,
    "quality",
    shows=("quality",),
)
