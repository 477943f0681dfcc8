"""Figures of the laboratory: what a frozen generator is told by a fresh discriminator that gets better and better."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.analysis.study_schema import GOALS, WHOLE, ordered, wide
from aegan.figures.curves import Block, Panel, figure_of, limits, over_log_steps
from aegan.figures.gradients import select
from aegan.figures.panels import (
    Tiling,
    dots,
    log_ticks,
    name_rows,
    note_rows,
    nothing,
    room_for,
    seed_key,
    step_label,
    tile,
)
from aegan.figures.stages import RUN, after, by_place, placed, stopped
from aegan.figures.style import Look, looks, styled

CURVES = {
    "minimax_gradient_norm": ("‖∇ generator‖ of the minimax loss", "log"),
    "non_saturating_gradient_norm": ("‖∇ generator‖ of the non-saturating loss", "log"),
    "own_gradient_norm": ("‖∇ generator‖ of its own loss, where the discriminator has no logits,", "log"),
    "accuracy": ("accuracy of the discriminator", "fraction"),
}
NOTHING = "Nothing to show: no generator was probed with a fresh discriminator."


def probe_curves(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw gradient norms and accuracy over the fresh discriminator's steps: a panel per stage of the generator.

    A method whose discriminator has no logits has neither loss; it is shown under its own.

    Args:
        probe: the study's probe.
        methods: the methods, in order.
    """
    rows = select(probe, layer=WHOLE)
    judged = set(rows[rows["quantity"] == "accuracy"]["method"])
    rows = rows[(rows["quantity"] != "own_gradient_norm") | ~rows["method"].isin(judged)]
    blocks = []
    for dataset in ordered(rows["dataset"]):
        for quantity, (words, scale) in CURVES.items():
            own = select(rows, dataset=dataset, quantity=quantity)
            panels = [Panel(f"generator {when}", part, scale) for when, part in by_place(own)]
            blocks += [Block(f"{dataset} · {words} over steps of the discriminator", panels)] if panels else []
    if not blocks:
        return nothing(NOTHING)
    return figure_of(blocks, methods, min(5, max(2, *(len(block.panels) for block in blocks))), over_log_steps)


def at_accuracy(probe: pd.DataFrame) -> pd.DataFrame:
    """Read the minimax gradient where the fresh discriminator first reaches each goal, and at the last step.

    Returns:
        dataset, method, seed, place, stage, goal (an accuracy, or inf for the last step of the data set), step, value,
        probed (whether the run got as far as this stage); NaN where it or its discriminator never got there.
    """
    runs = [*RUN, "place"]
    read = ["accuracy", "minimax_gradient_norm"]
    rows = placed(probe[probe["quantity"].isin(read) & (probe["layer"] == WHOLE)])
    readings = wide(rows, [*runs, "stage", "step"], "quantity").reindex(columns=read).reset_index()
    last = readings["step"] == readings.groupby("dataset")["step"].transform("max")
    there = {goal: readings["accuracy"] >= goal for goal in GOALS} | {np.inf: last}
    everyone = pd.concat(
        [readings[runs].drop_duplicates().assign(probed=True), stopped(rows)[runs].assign(probed=False)]
    )
    tables = [
        everyone.merge(readings[reached].groupby(runs).head(1), how="left").assign(goal=goal)
        for goal, reached in there.items()
    ]
    table = pd.concat(tables, ignore_index=True).rename(columns={"minimax_gradient_norm": "value"})
    return table[[*runs, "stage", "goal", "step", "value", "probed"]]


@styled
def equal_accuracy(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the gradient at equal accuracy beside the gradient at equal steps: every seed a dot, a row per method.

    Args:
        probe: the study's probe.
        methods: the methods, in order.
    """
    table = at_accuracy(probe)
    if table.empty:
        return nothing(NOTHING)
    shown = {m: look for m, look in looks(methods).items() if m in set(probe["method"])}
    blocks = [
        (f"{dataset} · generator {after(own)} · ‖∇ generator‖ of the minimax loss", own)
        for (dataset, _), own in table.groupby(["dataset", "place"], sort=False)
    ]
    size = Tiling(3, 0.15 + 0.24 * len(shown), gap=1.35, left=room_for(shown), right=0.8)
    figure, all_axes = tile([(title, 3) for title, _ in blocks], size, top=0.3)
    figure.legend(handles=seed_key(), loc="upper right", ncols=2)
    for (_, own), block in zip(blocks, all_axes, strict=True):
        span = limits(own["value"], "log")
        for place, (axes, goal) in enumerate(zip(block, (*GOALS, np.inf), strict=True)):
            name_rows(axes, list(shown), labels=place == 0)
            axes.set_xscale("log")
            axes.set_xlim(span)
            log_ticks(axes.xaxis, span)
            _at_goal(axes, own[own["goal"] == goal], shown)
    return figure


def _at_goal(axes: Axes, rows: pd.DataFrame, shown: dict[str, Look]) -> None:
    goal = rows["goal"].iloc[0]
    axes.set_title(f"accuracy first ≥ {goal}" if goal < 1 else f"at equal steps: {step_label(rows['step'].max())}")
    notes = []
    for place, (method, look) in enumerate(shown.items()):
        own = rows[rows["method"] == method]
        dots(axes, place, own["value"], look)
        notes.append(_note(own))
    note_rows(axes, notes)


def _note(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "no logits"
    goal, reached = rows["goal"].min() < 1, rows["step"].notna()
    values = rows["value"][reached]
    counts = {
        "never": (rows["probed"] & ~reached).sum() if goal else 0,
        "lost": (~rows["probed"] if goal else ~reached).sum() + values.isna().sum(),
        "zero": (values == 0).sum(),
        "infinite": np.isinf(values).sum(),
    }
    if counts["never"] == len(rows):
        return "never reached"
    words = [f"step {step_label(rows['step'].median())}"] if goal and reached.any() else []
    return " · ".join(words + [f"{count} {word}" for word, count in counts.items() if count])
