"""Figure of the decision table: every role by every question, to be read in ten seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from aegan.figures.decisions import DECISIONS, agreed
from aegan.figures.numbers import short, signed
from aegan.figures.panels import WIDTH, nothing, room_for
from aegan.figures.style import INK, LINE, MUTED, PAPER, styled

MARKS = {"helps": "▲", "equivalent": "●", "hurts": "▼", "undecided": "○"}
LEANING = ("▽", "△")  # undecided, though every seed is worse, or better: too few seeds to be sure
BLOCK = ["dataset", "architecture", "loss", "regulariser", "baseline"]

#: how the outcomes that share a heading are told apart below it
BELOW = {
    "generator's gradient lost": "in training",
    "gradient lost to a fresh discriminator": "to a fresh D",
    "generator's gradient grown": "in training",
    "gradient grown before a fresh discriminator": "before a fresh D",
}
ROW, HEAD, TOP, FOOT = 0.36, 0.36, 0.95, 0.12  # inches


@styled
def decision_table(decisions: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a block per data set, architecture, loss, regulariser and baseline, a row per method, a column per question.

    Args:
        decisions: dataset, method, baseline, role, regulariser, loss, architecture, about, outcome, effect, p, n,
            smallest_p, decision, times_flops.
        methods: the methods, in order.
    """
    if decisions.empty:
        return nothing("Nothing to show: nothing was compared with a baseline.")
    blocks = [(names, own) for names, own in decisions.groupby(BLOCK, sort=False)]
    columns = decisions[["about", "outcome"]].drop_duplicates().groupby("about", sort=False)["outcome"].agg(list)
    rows = [[name for name in methods if name in set(own["method"])] for _, own in blocks]
    height = TOP + FOOT + sum(HEAD + ROW * len(names) for names in rows)
    left = room_for(f"{row.method} ({row.role})" for row in decisions.itertuples())
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    places = np.linspace(left, WIDTH - 0.1, int(columns.map(len).sum()) + 1)
    _headings(axes, columns, places)
    below = TOP
    for (names, own), shown in zip(blocks, rows, strict=True):
        axes.text(0.1, below + HEAD * 0.68, _titled(*map(str, names)), fontweight="bold", color=INK)
        below += HEAD
        for method in shown:
            _row(axes, own[own["method"] == method], [o for of in columns for o in of], places, below)
            below += ROW
    return figure


def _headings(axes: Axes, columns: pd.Series, places: np.ndarray) -> None:
    words = {word: f"{mark} {word}" for word, mark in MARKS.items()}
    words["undecided"] += f"  ({''.join(reversed(LEANING))} though all seeds agree)"
    handles = [
        Patch(facecolor=DECISIONS[word][0] if word != "undecided" else "none", edgecolor=LINE, label=label)
        for word, label in words.items()
    ]
    axes.legend(handles=handles, loc="upper left", ncols=4, handlelength=1.2, borderaxespad=0.4)
    place = 0
    for about, outcomes in columns.items():
        axes.text(places[place], 0.62, str(about), fontweight="bold", color=INK, fontsize=8.5)
        if len(outcomes) > 1:
            for column, outcome in enumerate(outcomes):
                axes.text(places[place + column], 0.84, BELOW.get(outcome, outcome), color=MUTED, fontsize=7.5)
        place += len(outcomes)


def _titled(dataset: str, architecture: str, loss: str, regulariser: str, baseline: str) -> str:
    held = "no regulariser" if regulariser == "none" else f"regulariser {regulariser}"
    return f"{dataset} · {architecture} · loss {loss} · {held} · against {baseline}"


def _row(axes: Axes, own: pd.DataFrame, outcomes: list[str], places: np.ndarray, top: float) -> None:
    first, found = own.iloc[0], own.set_index("outcome")
    role = "" if first["role"] in ("none", first["method"]) else f" ({first['role']})"
    axes.text(0.2, top + ROW / 2, f"{first['method']}{role}", va="center", color=INK)
    for column, outcome in enumerate(outcomes):
        box = (places[column], top + 0.02), places[column + 1] - places[column] - 0.04, ROW - 0.04
        if outcome in found.index:
            _cell(axes, found.loc[[outcome]].iloc[0], *box)


def _cell(axes: Axes, row: pd.Series, corner: tuple[float, float], width: float, height: float) -> None:
    word = row["decision"]
    colour = DECISIONS[word][0]
    settled = word != "undecided"
    axes.add_patch(
        Rectangle(corner, width, height, facecolor=colour if settled else "none", edgecolor=colour if settled else LINE)
    )
    said = f"×{short(row['times_flops'])}" if row["about"] == "cost" else _rounded(row["effect"])
    axes.text(
        corner[0] + width / 2,
        corner[1] + height / 2,
        f"{_mark(row)} {said}",
        ha="center",
        va="center",
        color=PAPER if settled else MUTED,
        fontweight="bold" if settled else "normal",
        fontsize=8.5,
    )


def _rounded(effect: float) -> str:
    # three digits are more than ten seconds can read
    return f"{effect:+.2f}".replace("-", "−") if abs(effect) < 100 else signed(effect)


def _mark(row: pd.Series) -> str:
    leaning = row["decision"] == "undecided" and agreed(row["p"], row["smallest_p"], row["n"])
    return LEANING[int(row["effect"] > 0)] if leaning else MARKS[row["decision"]]
