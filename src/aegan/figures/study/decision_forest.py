"""Forest plot of each method's effect against its baseline, with its interval and the decision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.decision_style import DECISION_STYLES, count_known_pairs
from aegan.figures.descriptions import describe_decisions
from aegan.figures.families import DECISIVE, FAMILIES, name_families
from aegan.figures.numbers import format_number, format_signed
from aegan.figures.panels import draw_message, make_figure, name_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, MUTED, PAPER, apply_theme
from aegan.tables import list_distinct


@apply_theme
def draw(decisions: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a forest plot: a panel per outcome and data set, a row per method with its baseline; right is better.

    Args:
        decisions: dataset, method, baseline, outcome, unit, effect, low, high, p, p_adjusted, p_equivalence_adjusted,
            n, tied, about, decision, family, differs.
        methods: the methods, in order.
    """
    pairs = [
        own
        for dataset in list_distinct(decisions["dataset"])
        for outcome in list_distinct(decisions["outcome"])
        if len(own := decisions[(decisions["dataset"] == dataset) & (decisions["outcome"] == outcome)])
    ]
    if not pairs:
        return draw_message("nothing was compared with a baseline")
    order = {method: place for place, method in enumerate(methods)}
    pairs = [own.sort_values("method", key=lambda names: names.map(order), kind="stable") for own in pairs]
    heights = [0.27 * len(own) + 0.78 for own in pairs]
    figure = make_figure(sum(heights), pad=0.1)
    all_axes = figure.subplots(len(pairs), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, own in zip(all_axes, pairs, strict=True):
        _draw_forest(axes, own)
    return figure


def _draw_forest(axes: Axes, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    families = [FAMILIES[name].mark for name in name_families(rows)]
    sides = zip(rows["method"], rows["baseline"], families, strict=True)
    name_rows(axes, [f"{method} against {baseline}{mark}" for method, baseline, mark in sides])
    axes.axvline(0, color=INK, linewidth=1)
    reach = np.nanmax(np.abs(rows[["low", "high", "effect"]].replace([np.inf, -np.inf], np.nan).fillna(0.0).to_numpy()))
    edge = 1.08 * (reach or 1)
    for place, (_, row) in enumerate(rows.iterrows()):
        _draw_effect(axes, place, row, edge)
    axes.set_xlim(-edge, edge)
    axes.set_title(f"{first['outcome']} · {first['dataset']}", fontweight="bold")
    axes.set_xlabel(f"← worse than its baseline · {first['unit']} · better →")


def _draw_effect(axes: Axes, place: int, row: pd.Series, edge: float) -> None:
    """Draw an effect with its interval; what is infinite stands at the edge."""
    colour, marker, fill = DECISION_STYLES[row["decision"]]
    low, high, effect = np.clip(row[["low", "high", "effect"]].to_numpy(float), -edge, edge)
    axes.plot([low, high], [place, place], color=colour, linewidth=2.2, solid_capstyle="round")
    axes.plot(
        [effect],
        [place],
        marker,
        color=colour,
        fillstyle=fill,
        ms=8,
        mew=1.8,
        markerfacecolor=PAPER if fill == "none" else colour,
        clip_on=False,
    )
    words = "–" if np.isnan(effect) else format_signed(row["effect"])
    words = f"{words} · {_describe_test(row)} · n {count_known_pairs(row)}"
    for x, text, ink, weight in ((8, str(row["decision"]), colour, "bold"), (74, words, MUTED, "normal")):
        axes.annotate(
            text,
            (1, place),
            (x, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            color=ink,
            fontweight=weight,
            fontsize=8.5,
        )


def _describe_test(row: pd.Series) -> str:
    if np.isnan(row["p"]):
        return "counted"
    tests = {"p": row["p_adjusted"], "p equivalent": row["p_equivalence_adjusted"]}
    return next((f"{name} {format_number(p)}" for name, p in tests.items() if not np.isnan(p)), "not tested")


def describe(decisions: pd.DataFrame) -> str:
    """Describe every effect and its decision in words."""
    return f"Effects against the baseline. {describe_decisions(decisions)}."


SPEC = FigureSpec(
    draw,
    "Paired effect against the baseline",
    "Paired effect of each method against the baseline beside its name (interquartile mean over seeds) and its "
    "interval; right of zero is better. p is corrected within its family. A hollow mark is undecided: the data do not "
    "suffice to decide. (r): a replication of a primary comparison. (s): a secondary comparison, exploratory. (≠): the "
    "methods differ in more than the role, so it is not evidence about the role.",
    describe,
    "decisions",
    families=DECISIVE,
)
