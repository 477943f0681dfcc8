"""Marks of the parts of a difference: their look, their interval, and whether they bear on the difference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from aegan.figures.numbers import format_number
from aegan.figures.style import INK, MUTED, PAPER

TOTAL = "total"


class Look(NamedTuple):
    """How a part is drawn, and its words."""

    words: str
    colour: str
    marker: str


LOOKS = {
    "slope": Look("slope of the loss", "#8a63c9", "o"),
    "field": Look("what the discriminator passes back", "#e08a00", "s"),
    "gain": Look("what the generator makes of it", "#4fb0e0", "^"),
    "rest": Look("rest", MUTED, "."),
    TOTAL: Look("all together", INK, "D"),
    "speed": Look("", INK, "D"),
    "anchor": Look("", INK, "D"),
}


#: from the top of a row to its bottom, in lanes
LANES = (TOTAL, "slope", "field", "gain", "rest")


def draw_part(axes: Axes, row: pd.Series, place: float) -> None:
    """Draw a contribution and its interval; filled and with its number if it bears on the difference.

    Args:
        axes: the axes, whose limits are set: intervals end at them.
        row: part, effect, low, high, bearing.
        place: where, on the vertical axis.
    """
    look, bears = LOOKS[row["part"]], row["bearing"] != "open"
    ends = np.clip([row["low"], row["high"]], *axes.get_xlim())
    axes.plot(ends, [place, place], color=look.colour, linewidth=2.4 if bears else 1.0, solid_capstyle="round")
    axes.plot(
        row["effect"], place, look.marker, color=look.colour, ms=6 if bears else 5, mew=1.2,
        markerfacecolor=look.colour if bears else PAPER,
    )  # fmt: skip
    if bears or row["part"] in ("speed", "anchor"):
        left = row["effect"] < 0
        axes.annotate(
            _format_effect(row), (ends[1 - left], place), (-4 if left else 4, 0), textcoords="offset points",
            va="center", ha="right" if left else "left", fontsize=7.5, color=look.colour,
            fontweight="bold" if row["part"] == TOTAL else "normal",
        )  # fmt: skip


def _format_effect(row: pd.Series) -> str:
    if row["part"] == "speed":
        return f"×{format_number(float(np.power(10.0, row['effect'])))}"
    if row["part"] == "anchor":
        return f"{row['effect']:.0%}".replace("-", "−")
    return f"{row['effect']:+.2f}".replace("-", "−")


def make_legend() -> list[Line2D]:
    """Make the legend entries of the parts of a gradient, and of a hollow mark."""
    parts = [
        Line2D(
            [], [], color=LOOKS[name].colour, marker=LOOKS[name].marker, ms=5.5, linewidth=1.6, label=LOOKS[name].words
        )
        for name in LANES
    ]
    hollow = Line2D([], [], color=MUTED, marker="o", mfc=PAPER, ms=5, linewidth=1, label="hollow: small or not shown")
    return [*parts, hollow]
