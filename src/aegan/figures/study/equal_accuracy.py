"""Gradient of a frozen generator when a fresh discriminator first reaches an accuracy, and at equal steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.curves import compute_limits
from aegan.figures.descriptions import describe_runs
from aegan.figures.numbers import format_number, join_words
from aegan.figures.panels import (
    annotate_rows,
    draw_message,
    draw_seed_dots,
    estimate_label_width,
    format_step,
    make_seed_legend,
    name_rows,
    set_log_ticks,
)
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import NO_PROBE, describe_rounds, find_stopped_runs, number_stages
from aegan.figures.style import Look, apply_theme, assign_looks
from aegan.figures.tiles import Tiling, make_tiles
from aegan.tables import ACCURACY_GOALS, MEMBER, WHOLE_NETWORK, list_distinct, pivot_values


def read_at_accuracy(probe: pd.DataFrame) -> pd.DataFrame:
    """Read the minimax gradient when the fresh discriminator first reaches each goal, and at the last step.

    Returns:
        dataset, method, seed, place, stage, goal (an accuracy, or inf for the last step of the data set), step, value,
        probed (whether the run reached this stage); NaN if the run or its discriminator did not.
    """
    runs = [*MEMBER, "place"]
    read = ["accuracy", "minimax_gradient_norm"]
    rows = number_stages(probe[probe["quantity"].isin(read) & (probe["layer"] == WHOLE_NETWORK)])
    readings = pivot_values(rows, [*runs, "stage", "step"], "quantity").reindex(columns=read).reset_index()
    last = readings["step"] == readings.groupby("dataset")["step"].transform("max")
    reached = {goal: readings["accuracy"] >= goal for goal in ACCURACY_GOALS} | {np.inf: last}
    everyone = pd.concat(
        [readings[runs].drop_duplicates().assign(probed=True), find_stopped_runs(rows)[runs].assign(probed=False)]
    )
    tables = [
        everyone.merge(readings[at_goal].groupby(runs).head(1), how="left").assign(goal=goal)
        for goal, at_goal in reached.items()
    ]
    table = pd.concat(tables, ignore_index=True).rename(columns={"minimax_gradient_norm": "value"})
    return table[[*runs, "stage", "goal", "step", "value", "probed"]]


@apply_theme
def draw(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the gradient at equal accuracy beside the gradient at equal steps: every seed a dot, a row per method.

    Args:
        probe: dataset, method, seed, stage, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    table = read_at_accuracy(probe)
    if table.empty:
        return draw_message(NO_PROBE)
    present = {m: look for m, look in assign_looks(methods).items() if m in list_distinct(probe["method"])}
    blocks = [
        (f"{dataset} · generator {describe_rounds(own)} · ‖∇ generator‖ of the minimax loss", own)
        for (dataset, _), own in table.groupby(["dataset", "place"], sort=False)
    ]
    size = Tiling(3, 0.15 + 0.24 * len(present), gap=1.35, left=estimate_label_width(present), right=0.8)
    figure, all_axes = make_tiles([(title, 3) for title, _ in blocks], size, top=0.3)
    figure.legend(handles=make_seed_legend(), loc="upper right", ncols=2)
    for (_, own), block in zip(blocks, all_axes, strict=True):
        span = compute_limits(own["value"], "log")
        for place, (axes, goal) in enumerate(zip(block, (*ACCURACY_GOALS, np.inf), strict=True)):
            name_rows(axes, list(present), labels=place == 0)
            axes.set_xscale("log")
            axes.set_xlim(span)
            set_log_ticks(axes.xaxis, span)
            _draw_goal(axes, own[own["goal"] == goal], present)
    return figure


def _draw_goal(axes: Axes, rows: pd.DataFrame, looks: dict[str, Look]) -> None:
    goal = rows["goal"].iloc[0]
    axes.set_title(f"accuracy first ≥ {goal}" if goal < 1 else f"at equal steps: {format_step(rows['step'].max())}")
    notes = []
    for place, (method, look) in enumerate(looks.items()):
        own = rows[rows["method"] == method]
        draw_seed_dots(axes, place, own["value"], look)
        notes.append(_format_note(own))
    annotate_rows(axes, notes)


def _format_note(rows: pd.DataFrame) -> str:
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
    words = [f"step {format_step(rows['step'].median())}"] if goal and reached.any() else []
    return " · ".join(words + [f"{count} {word}" for word, count in counts.items() if count])


def describe(probe: pd.DataFrame) -> str:
    """Describe the gradient norms at equal accuracy and at equal steps, last stage, in words."""
    table = read_at_accuracy(probe)
    last = table[table["place"] == table.groupby("dataset")["place"].transform("max")]
    return (
        "Minimax gradient norm when a fresh discriminator first reaches an accuracy of 0.9 and 0.99, and at its last "
        f"step, last stage: {describe_runs(last, _describe_norms)}."
    )


def _describe_norms(rows: pd.DataFrame) -> str:
    medians = rows.groupby("goal")["value"].median()
    names = [f"at {goal}" if goal < 1 else "at the last step" for goal in medians.index]
    words = ["never" if np.isnan(value) else format_number(value) for value in medians]
    return join_words([f"{word} {name}" for word, name in zip(words, names, strict=True)])


SPEC = FigureSpec(
    draw,
    "Generator gradient at equal discriminator accuracy",
    "Separates a better gradient from a slower discriminator. Methods that differ at equal steps but not at equal "
    "accuracy: the discriminator is merely slower. Methods that differ in all three columns: the gradient itself is "
    "better. Beside each row: the median step at which the fresh discriminator reached the accuracy, and how many "
    "seeds never did. Lost: NaN, or stopped before this stage.",
    describe,
    "diagnosis",
)
