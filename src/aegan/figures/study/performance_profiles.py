"""Performance profiles: the share of runs whose FD-cls is at most a multiple of the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import join_descriptions
from aegan.figures.numbers import format_number
from aegan.figures.panels import LEGEND_COLUMNS, draw_message, make_grid, set_log_ticks
from aegan.figures.spec import FigureSpec
from aegan.figures.style import apply_theme, assign_looks
from aegan.tables import list_distinct


@apply_theme
def draw(profiles: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the share of runs at or below a multiple of the floor: a line per method, with its band.

    Args:
        profiles: method, multiple, share, low, high.
        methods: the methods, in order.
    """
    if profiles.empty:
        return draw_message("no FD-cls was measured beside a floor above zero")
    figure, ((axes,),) = make_grid(1, 1, 3.4)
    least, most = profiles["multiple"].min(), profiles["multiple"].max()
    span = (least / 1.05, most * 1.05)
    axes.set(xscale="log", xlim=span, ylim=(-0.02, 1.02))
    set_log_ticks(axes.xaxis, span)
    for method, look in assign_looks(methods).items():
        own = profiles[profiles["method"] == method]
        if len(own):
            x, style = own["multiple"], {"color": look.colour, "linestyle": look.dash}
            axes.plot(x, own["share"], drawstyle="steps-post", label=method, **style)
            axes.fill_between(x, own["low"], own["high"], color=look.colour, alpha=0.12, linewidth=0, step="post")
    figure.legend(loc="outside upper left", ncols=LEGEND_COLUMNS)
    axes.set_xlabel("FD-cls as a multiple of the floor (log)")
    axes.set_ylabel("share of runs at or below")
    return figure


def compute_median_reach(profiles: pd.DataFrame) -> pd.Series:
    """Find by method the smallest multiple of the floor that half of its runs reach; NaN if they never do."""
    half = profiles[profiles["share"] >= 0.5].groupby("method")["multiple"].min()
    return half.reindex(list_distinct(profiles["method"]))


def describe(profiles: pd.DataFrame) -> str:
    """Describe the multiple of the floor that half of the runs reach in words."""
    reaches = {str(method): _describe_reach(multiple) for method, multiple in compute_median_reach(profiles).items()}
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
    "averaged over data sets, and its bootstrap band. Further up and left is better. A run that diverged reaches no "
    "multiple. With few seeds the bands are too narrow.",
    describe,
    "quality",
    shows=("quality",),
)
