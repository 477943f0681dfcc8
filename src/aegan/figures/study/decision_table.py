"""Decision table: a row per method, a column per endpoint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from aegan.figures.decision_style import DECISION_STYLES, all_seeds_agree
from aegan.figures.descriptions import describe_decisions
from aegan.figures.families import FAMILIES, NOT_EVIDENCE, REPLICATION, name_families
from aegan.figures.numbers import format_number, format_signed
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width, fit_font
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, LINE, MUTED, PAPER, apply_theme

MARKS = {"helps": "▲", "equivalent": "●", "hurts": "▼", "undecided": "○"}
LEANING = ("▽", "△")  # undecided, but all seeds are worse, or better: too few seeds to decide
BLOCK = ["dataset", "baseline_architecture", "loss", "regulariser", "baseline"]

#: what tells outcomes of the same kind apart; that of a single outcome is its kind
SUBHEADINGS = {
    "generator's gradient lost": "in training",
    "gradient lost to a fresh discriminator": "to a fresh D",
    "gradient lost at equal cross-entropy": "equal D",
    "generator's gradient grown": "in training",
    "gradient grown before a fresh discriminator": "before a fresh D",
}
#: endpoints that only few methods have, for which there is no room beside those of all; the page's tables have them
OF_FEW_METHODS = (
    "gradient lost at equal cross-entropy, of samples",
    "steps to a cross-entropy of 0.7, of samples",
)
ROW, HEAD, TOP, FOOT = 0.36, 0.36, 1.6, 0.12  # inches
SLANT = 40  #: degrees, of the headings of columns, which are longer than these are wide


@apply_theme
def draw(decisions: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a block per data set, architecture, loss, regulariser and baseline, a row per method, a column per endpoint.

    Endpoints of few methods are left out.

    Args:
        decisions: dataset, method, baseline, role, regulariser, loss, baseline_architecture, about, outcome, effect,
            p, n, decision, times_flops, family, differs.
        methods: the methods, in order.
    """
    if decisions.empty:
        return draw_message("nothing was compared with a baseline")
    decisions = decisions[~decisions["outcome"].isin(OF_FEW_METHODS)].assign(family=name_families)
    blocks = [(names, own) for names, own in decisions.groupby(BLOCK, sort=False)]
    columns = decisions[["about", "outcome"]].drop_duplicates().groupby("about", sort=False)["outcome"].agg(list)
    rows = [[name for name in methods if name in set(own["method"])] for _, own in blocks]
    height = TOP + FOOT + sum(HEAD + ROW * len(names) for names in rows)
    left = estimate_label_width(f"{row.method}{FAMILIES[NOT_EVIDENCE].mark}" for row in decisions.itertuples())
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    places = np.linspace(left, WIDTH - 0.1, int(columns.map(len).sum()) + 1)
    _draw_headings(axes, columns, places, replicated=REPLICATION in set(decisions["family"]))
    top = TOP
    for (names, own), present in zip(blocks, rows, strict=True):
        axes.text(0.1, top + HEAD * 0.68, _format_title(*map(str, names)), fontweight="bold", color=INK)
        top += HEAD
        for method in present:
            _draw_row(axes, own[own["method"] == method], [o for of in columns for o in of], places, top)
            top += ROW
    return figure


def _draw_headings(axes: Axes, columns: pd.Series, places: np.ndarray, *, replicated: bool) -> None:
    words = {word: f"{mark} {word}" for word, mark in MARKS.items()}
    words["undecided"] += f"  ({''.join(reversed(LEANING))} though all seeds agree)"
    handles = [
        Patch(facecolor=DECISION_STYLES[word][0] if word != "undecided" else "none", edgecolor=LINE, label=label)
        for word, label in words.items()
    ]
    if replicated:
        handles.append(Patch(alpha=0, label=f"{FAMILIES[REPLICATION].mark.strip()} replication"))
    axes.legend(handles=handles, loc="upper left", ncols=len(handles), handlelength=1.2, borderaxespad=0.4)
    headings = [
        f"{about}: {SUBHEADINGS.get(outcome, outcome)}" if len(outcomes) > 1 else str(about)
        for about, outcomes in columns.items()
        for outcome in outcomes
    ]
    for heading, start, end in zip(headings, places[:-1], places[1:], strict=True):
        corner = start + 0.35 * (end - start), TOP - 0.08
        axes.text(*corner, heading, rotation=SLANT, rotation_mode="anchor", color=INK, fontsize=8.5)


def _format_title(dataset: str, architecture: str, loss: str, regulariser: str, baseline: str) -> str:
    regulariser_words = "no regulariser" if regulariser == "none" else f"regulariser {regulariser}"
    return f"{dataset} · {architecture} · loss {loss} · {regulariser_words} · against {baseline}"


def _draw_row(axes: Axes, own: pd.DataFrame, outcomes: list[str], places: np.ndarray, top: float) -> None:
    first, found = own.iloc[0], own.set_index("outcome")
    unmatched = FAMILIES[NOT_EVIDENCE].mark if (own["family"] == NOT_EVIDENCE).all() else ""
    role = "" if first["role"] in ("none", first["method"]) else str(first["role"])
    axes.text(0.2, top + ROW * (0.36 if role else 0.5), f"{first['method']}{unmatched}", va="center", color=INK)
    axes.text(0.2, top + ROW * 0.76, role, va="center", color=MUTED, fontsize=7)
    for column, outcome in enumerate(outcomes):
        box = (places[column], top + 0.02), places[column + 1] - places[column] - 0.04, ROW - 0.04
        if outcome in found.index:
            _draw_cell(axes, found.loc[[outcome]].iloc[0], *box)


def _draw_cell(axes: Axes, row: pd.Series, corner: tuple[float, float], width: float, height: float) -> None:
    word = row["decision"]
    colour, paleness = DECISION_STYLES[word][0], FAMILIES[row["family"]].paleness
    mark = FAMILIES[REPLICATION].mark if row["family"] == REPLICATION else ""  # the others are told by their colour
    decided = word != "undecided"
    face = to_rgba(colour, 1 - paleness) if decided else "none"
    axes.add_patch(Rectangle(corner, width, height, facecolor=face, edgecolor=colour if decided else LINE))
    value = f"×{format_number(row['times_flops'])}" if row["about"] == "cost" else _format_effect(row["effect"])
    text, ink = f"{_choose_mark(row)} {value}", (colour if paleness else PAPER) if decided else MUTED
    axes.text(
        corner[0] + width / 2,
        corner[1] + height / 2,
        text,
        ha="center",
        va="center",
        color=ink,
        fontweight="bold" if decided and not paleness else "normal",
        fontsize=fit_font(text, width),
    )
    axes.text(corner[0] + width - 0.02, corner[1] + 0.02, mark.strip(), ha="right", va="top", color=ink, fontsize=5.5)


def _format_effect(effect: float) -> str:
    if np.isnan(effect):  # every pair is tied
        return "–"
    # two decimals: the table is read at a glance
    return f"{effect:+.2f}".replace("-", "−") if abs(effect) < 100 else format_signed(effect)


def _choose_mark(row: pd.Series) -> str:
    leaning = row["decision"] == "undecided" and all_seeds_agree(row["p"], row["n"])
    return LEANING[int(row["effect"] > 0)] if leaning else MARKS[row["decision"]]


def describe(decisions: pd.DataFrame) -> str:
    """Describe every decision and its effect in words."""
    return f"Decisions by method and endpoint. {describe_decisions(decisions)}."


SPEC = FigureSpec(
    draw,
    "Decisions by method and endpoint",
    "A cell with a coloured edge is decided, one with a grey edge undecided: the data do not suffice. Full colour: a "
    "primary comparison, on which the finding rests, or (r) a replication of one. Pale: secondary, exploratory. White "
    "(≠): the methods differ in more than the role, so it is not evidence about the role. Vanishing and explosion are "
    "gradient lost and grown, equal D is at equal cross-entropy, overlap the steps to a cross-entropy of 0.7, "
    "conditioning the condition number, quality FD-cls. The number is the paired effect "
    "against the baseline named above the rows, positive is better: decades of gradient, of condition number or of "
    "FD-cls, a fraction of coverage. Cost is counted, not tested: arithmetic as a multiple of the baseline's, with "
    "the autoencoder's training.",
    describe,
    "answer",
    families=None,
)
