"""Figure of performance profiles: how many runs come how close to the floor."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.analysis.study_schema import ordered
from aegan.figures.panels import LEGEND_COLUMNS, grid, log_ticks, nothing
from aegan.figures.style import looks, styled


@styled
def performance_profiles(profiles: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the share of runs at or below a multiple of the floor: a line per method, with its band.

    Args:
        profiles: method, multiple, share, low, high.
        methods: the methods, in order.
    """
    if profiles.empty:
        return nothing("Nothing to show: no FD-cls was measured beside a floor above zero.")
    figure, ((axes,),) = grid(1, 1, 3.4)
    least, most = profiles["multiple"].min(), profiles["multiple"].max()
    span = (least / 1.05, most * 1.05)
    axes.set(xscale="log", xlim=span, ylim=(-0.02, 1.02))
    log_ticks(axes.xaxis, span)
    for method, look in looks(methods).items():
        own = profiles[profiles["method"] == method]
        if len(own):
            x, style = own["multiple"], {"color": look.colour, "linestyle": look.dash}
            axes.plot(x, own["share"], drawstyle="steps-post", label=method, **style)
            axes.fill_between(x, own["low"], own["high"], color=look.colour, alpha=0.12, linewidth=0, step="post")
    figure.legend(loc="outside upper left", ncols=LEGEND_COLUMNS)
    axes.set_xlabel("FD-cls as a multiple of the floor (log)")
    axes.set_ylabel("share of runs at or below")
    return figure


def typical_reach(profiles: pd.DataFrame) -> pd.Series:
    """Find by method the smallest multiple of the floor that half of its runs reach; NaN where they never do."""
    half = profiles[profiles["share"] >= 0.5].groupby("method")["multiple"].min()
    return half.reindex(ordered(profiles["method"]))
