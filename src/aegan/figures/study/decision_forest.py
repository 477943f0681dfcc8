"""Figure of decisions: each method's effect against its baseline, with its interval and the word it earned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.analysis.study_schema import ordered
from aegan.figures.numbers import short, signed
from aegan.figures.panels import name_rows, nothing, sheet
from aegan.figures.style import INK, MUTED, PAPER, styled

# Colour and mark of each decision; undecided is hollow, for it claims nothing.
DECISIONS = {
    "helps": ("#0a9c78", "^", "full"),
    "equivalent": ("#0f7fc4", "o", "full"),
    "hurts": ("#d9541e", "v", "full"),
    "undecided": ("#77818e", "o", "none"),
}


@styled
def decision_forest(decisions: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a forest plot: a panel per outcome and data set, a row per method; right of zero is better.

    Args:
        decisions: dataset, method, baseline, outcome, unit, effect, low, high, p, p_holm, n, decision.
        methods: the methods, in order.
    """
    pairs = [
        own
        for dataset in ordered(decisions["dataset"])
        for outcome in ordered(decisions["outcome"])
        if len(own := decisions[(decisions["dataset"] == dataset) & (decisions["outcome"] == outcome)])
    ]
    if not pairs:
        return nothing("Nothing to show: nothing was compared with a baseline.")
    shown = [[method for method in methods if method in set(own["method"])] for own in pairs]
    heights = [0.32 * len(names) + 0.95 for names in shown]
    figure = sheet(sum(heights), pad=0.1)
    all_axes = figure.subplots(len(pairs), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, own, names in zip(all_axes, pairs, shown, strict=True):
        _forest(axes, own.set_index("method"), names)
    return figure


def _forest(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    first = rows.iloc[0]
    name_rows(axes, names)
    axes.axvline(0, color=INK, linewidth=1)
    for place, name in enumerate(names):
        _effect(axes, place, rows.loc[[name]].iloc[0])
    reach = np.nanmax(np.abs(rows[["low", "high", "effect"]].replace([np.inf, -np.inf], np.nan).fillna(0.0).to_numpy()))
    axes.set_xlim(-1.08 * (reach or 1), 1.08 * (reach or 1))
    axes.set_title(f"{first['outcome']} · {first['dataset']}", fontweight="bold")
    axes.set_xlabel(f"← worse than {first['baseline']} · {first['unit']} · better →")


def _effect(axes: Axes, place: int, row: pd.Series) -> None:
    colour, marker, fill = DECISIONS[row["decision"]]
    axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=2.2, solid_capstyle="round")
    axes.plot(
        [row["effect"]],
        [place],
        marker,
        color=colour,
        fillstyle=fill,
        ms=8,
        mew=1.8,
        markerfacecolor=PAPER if fill == "none" else colour,
    )
    tested = "counted" if np.isnan(row["p"]) else f"p {short(row['p_holm'])}"
    words = f"{signed(row['effect'])} · {tested} · n {row['n']:.0f}"
    for x, text, ink, weight in ((1.015, str(row["decision"]), colour, "bold"), (1.15, words, MUTED, "normal")):
        axes.annotate(
            text,
            (x, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=ink,
            fontweight=weight,
            fontsize=8.5,
        )


def agreed(p: Any, smallest_p: Any, n: Any) -> Any:
    """Tell, of numbers or columns, where all seeds point one way: p is then the smallest that their number allows."""
    return (p <= 1.001 * smallest_p) & (n > 1)
