"""Mechanism of decided comparisons: the parts of the difference in gradient, the discriminator's speed, the anchor."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from aegan.figures.decision_style import DECISION_STYLES
from aegan.figures.families import DECISIVE, NOT_EVIDENCE, SECONDARY, name_families
from aegan.figures.numbers import format_signed, join_words
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width
from aegan.figures.part_marks import LANES, LOOKS, draw_part, make_legend
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, LINE, MUTED, apply_theme

COMPARISON = ["dataset", "method", "baseline"]


class Panel(NamedTuple):
    """The words of a reading's panel, and its share of the width."""

    title: str
    axis: str
    share: float
    reach: float = 0.0  #: where the axis ends, at least


PANELS = {
    "lost": Panel("gradient lost at\nequal cross-entropy", "decades · less lost →", 3),
    "level": Panel("gradient left at\nequal cross-entropy", "decades · larger →", 3),
    "training_level": Panel("gradient left at\nthe end of training", "decades · larger →", 3),
    "speed": Panel("steps of the\ndiscriminator", "decades · more →", 1.9),
    "anchor": Panel("share of\nthe anchor", "of the gradient", 1.9, 1.0),
}
#: the endpoint whose difference the first panel splits
LOST = "gradient lost at equal cross-entropy"
#: inches
LANE, GAP, TOP, HEAD, FOOT, INNER, TICK = 0.135, 0.2, 0.36, 0.5, 0.5, 0.2, 0.3
#: characters of a decided endpoint that stand on one line
LABEL = 24
MARKS = {"helps": "▲", "equivalent": "●", "hurts": "▼"}


def select_explained(decisions: pd.DataFrame) -> pd.DataFrame:
    """Select the tested comparisons of equal networks that are decided: primary ones and replications, else all."""
    families = name_families(decisions)
    decided = decisions[(decisions["decision"] != "undecided") & decisions["p"].notna() & (families != NOT_EVIDENCE)]
    primary = decided[families[decided.index] != SECONDARY]
    return primary if len(primary) else decided


@apply_theme
def draw(mechanism: pd.DataFrame, decisions: pd.DataFrame) -> Figure:
    """Draw a row per decided comparison, a panel per reading, and in it the parts with their intervals.

    Args:
        mechanism: dataset, method, baseline, reading, part, effect, low, high, bearing.
        decisions: dataset, method, baseline, outcome, decision, p, family, differs.
    """
    explained = select_explained(decisions)
    rows = dict(iter(open_undecided(mechanism, decisions).groupby(COMPARISON, sort=False)))
    groups = [(names, own, rows[names]) for names, own in explained.groupby(COMPARISON, sort=False) if names in rows]
    if not groups:
        return draw_message("no decided comparison has a gradient that was split into factors")
    shown = [name for name in PANELS if any(name in set(own["reading"]) for _, _, own in groups)]
    labels = [list_words(names, own) for names, own, _ in groups]
    left = estimate_label_width(word for words in labels for word, *_ in words) * 0.72
    pitch = LANE * max(len(LANES), *map(len, labels)) + GAP
    height = TOP + HEAD + FOOT + len(groups) * pitch
    figure = Figure(figsize=(WIDTH, height))
    widths = np.array([PANELS[name].share for name in shown])
    widths = widths / widths.sum() * (WIDTH - left - INNER * len(shown))
    place = left
    for name, width in zip(shown, widths, strict=True):
        box = (place / WIDTH, FOOT / height, width / WIDTH, len(groups) * pitch / height)
        _draw_panel(figure.add_axes(box), name, [own[own["reading"] == name] for _, _, own in groups], pitch)
        place += width + INNER
    for number, words in enumerate(labels):
        for line, (text, colour, weight) in enumerate(words):
            y = 1 - (TOP + HEAD + number * pitch + GAP / 2 + (line + 0.5) * LANE * 1.1) / height
            figure.text(0.1 / WIDTH, y, text, color=colour, fontweight=weight, va="center", fontsize=8.5 - (line > 0))
    figure.legend(handles=make_legend(), loc="upper left", ncols=6, fontsize=8, handlelength=1.5, columnspacing=1)
    return figure


def open_undecided(mechanism: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Leave the bearing open of parts of a difference on which the decision table does not decide.

    Args:
        mechanism: dataset, method, baseline, reading, bearing.
        decisions: dataset, method, baseline, outcome, decision.
    """
    undecided = decisions[(decisions["outcome"] == LOST) & (decisions["decision"] == "undecided")]
    same = pd.MultiIndex.from_frame(mechanism[COMPARISON]).isin(pd.MultiIndex.from_frame(undecided[COMPARISON]))
    return mechanism.assign(bearing=mechanism["bearing"].mask(same & (mechanism["reading"] == "lost"), "open"))


def list_words(names: Sequence[object], decisions: pd.DataFrame) -> list[tuple[str, str, str]]:
    """List the lines beside a row: the method, its baseline, and what is decided; each with its colour and weight."""
    dataset, method, baseline = map(str, names)
    decided = [
        (line, DECISION_STYLES[row["decision"]][0], "normal")
        for _, row in decisions.iterrows()
        for line in textwrap.wrap(f"{MARKS[row['decision']]} {row['outcome']}", LABEL, subsequent_indent="   ")
    ]
    return [(method, INK, "bold"), (f"against {baseline} · {dataset}", MUTED, "normal"), *decided]


def _draw_panel(axes: Axes, name: str, comparisons: Sequence[pd.DataFrame], pitch: float) -> None:
    """Draw a reading of every comparison, in inches from the top."""
    panel = PANELS[name]
    axes.set_ylim(len(comparisons) * pitch, 0)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    ends = pd.concat([pd.DataFrame({"low": [0.0]}), *comparisons])[["effect", "low", "high"]].to_numpy(float)
    low, high = ends[np.isfinite(ends)].min(), max(ends[np.isfinite(ends)].max(), panel.reach)
    before, after = 0.5 if low < 0 else 0.1, 0.5  # inches, for the numbers beside the marks
    inch = (high - low or 1.0) / (WIDTH * axes.get_position().width - before - after)
    axes.set_xlim(low - before * inch, high + after * inch)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_title(panel.title, fontsize=8.5, fontweight="bold")
    axes.set_xlabel(panel.axis, fontsize=8)
    room = int((high - low) / inch / TICK)  # ticks whose numbers have room
    ticks = MaxNLocator(min(4, max(1, room)), steps=[1, 2, 5, 10]).tick_values(low, high)
    axes.set_xticks(ticks[(ticks >= low) & (ticks <= high)])
    for number, own in enumerate(comparisons):
        if number:
            axes.axhline(number * pitch, color=LINE, linewidth=0.8)
        top = number * pitch + GAP / 2
        if own.empty:
            axes.text(0, top + 2.5 * LANE, " –", color=MUTED, va="center")
        for _, row in own.iterrows():
            lane = LANES.index(row["part"]) if row["part"] in LANES else 0
            draw_part(axes, row, top + (lane + 0.5) * LANE)


def describe(mechanism: pd.DataFrame, decisions: pd.DataFrame) -> str:
    """Describe in words in which parts each decided comparison differs."""
    explained = select_explained(decisions)
    rows = open_undecided(mechanism, decisions).merge(explained[COMPARISON].drop_duplicates(), on=COMPARISON)
    bearing = rows[(rows["bearing"] != "open") & rows["reading"].isin(list(PANELS))]
    words = [
        f"{method} against {baseline} on {dataset}, {_describe_readings(own)}"
        for (dataset, method, baseline), own in bearing.groupby(COMPARISON, sort=False)
    ]
    return f"What differs from the baseline, in decades and shares. {'; '.join(words) or 'Nothing is shown to differ'}."


def _describe_readings(rows: pd.DataFrame) -> str:
    descriptions = []
    for name, own in rows.groupby("reading", sort=False):
        effects = own.set_index("part")["effect"]
        parts = [f"{LOOKS[str(part)].words} {format_signed(effect)}".strip() for part, effect in effects.items()]
        descriptions.append(f"{' '.join(PANELS[str(name)].title.split())}: {join_words(parts)}")
    return "; ".join(descriptions)


SPEC = FigureSpec(
    draw,
    "Why: the parts of each difference",
    "For each method of which a comparison is decided, in what its gradient differs from its baseline's. A gradient is "
    "a product: "
    "the slope of the loss, what the discriminator passes back, what the generator makes of it; their contributions "
    "in decades add up to the black mark. A filled mark bears on the difference: the whole is shown to differ "
    "and may exceed the margin, and the part's interval and corrected p exclude zero and it is at least half of the "
    "whole. Hollow where the decision table leaves the difference undecided; a dash where not both were "
    "measured. The equal cross-entropy is the deepest held-out one that the "
    "fresh discriminators of both reach; the steps are those that they need to get there. What stands beside an effect "
    "need not be its cause.",
    describe,
    "mechanism",
    families=DECISIVE,
)
