"""A figure of several arms: one dot per seed, and the interquartile mean over the seeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_dots(rows: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw a panel per quantity and a line per arm, with a dot per seed and a bar at their interquartile mean.

    Args:
        rows: seed, arm, and a column per quantity.
        titles: quantity -> title of its panel.
    """
    from aegan.figures.panels import name_rows
    from aegan.figures.reproduction import make_panels
    from aegan.figures.style import assign_looks
    from aegan.statistics.stratified import interquartile_mean

    arms = list(rows["arm"].unique())
    figure, panels = make_panels(
        "one dot per seed, a bar at their interquartile mean", list(titles.values()), len(titles)
    )
    for axes, quantity in zip(panels, titles, strict=True):
        name_rows(axes, arms, labels=False)
        edge = axes.get_yaxis_transform()  # infinite values are marked at the right edge
        for height, (arm, look) in enumerate(assign_looks(arms).items()):
            values = rows.loc[rows["arm"] == arm, quantity].to_numpy(float)
            infinite = np.isinf(values)
            axes.plot(values, [height] * len(values), "o", color=look.colour, alpha=0.6, ms=5)
            axes.plot(float(interquartile_mean(values)), height, "|", color=look.colour, ms=16, mew=2)
            axes.plot(0.99 * infinite[infinite], height * infinite[infinite], ">", color=look.colour, transform=edge)
            place = (0, height - 0.25)
            axes.annotate(arm, place, xycoords=("axes fraction", "data"), color=look.colour, fontsize=8)
    return figure
