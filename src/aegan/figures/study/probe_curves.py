"""Gradient norms of a frozen generator and accuracy of a fresh discriminator, over the discriminator's steps."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Block, Panel, draw_visible_panels
from aegan.figures.curves import CURVE_CAPTION, format_log_step_axis
from aegan.figures.descriptions import describe_runs, describe_size
from aegan.figures.numbers import format_number
from aegan.figures.panels import WIDTH
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import NO_PROBE, select_last_stage, split_by_stage
from aegan.tables import HELD_OUT_CROSS_ENTROPY, TRAINING_FAKES, WHOLE_NETWORK, list_distinct

#: quantity -> words and scale
QUANTITIES = {
    "minimax_gradient_norm": ("‖∇ generator‖ of the minimax loss", "log"),
    "non_saturating_gradient_norm": ("‖∇ generator‖ of the non-saturating loss", "log"),
    "own_gradient_norm": ("‖∇ generator‖ of its own loss, where the discriminator has no logits,", "log"),
    HELD_OUT_CROSS_ENTROPY: ("held-out cross-entropy of the discriminator, 1.386 for guessing,", "log"),
    "accuracy": ("accuracy of the discriminator", "fraction"),
}


def draw(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw gradient norms, cross-entropy and accuracy over the fresh discriminator's steps: a panel per stage.

    For a method whose discriminator has no logits, its own loss replaces the two losses of logits.

    Args:
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    rows = select_rows(probe, layer=WHOLE_NETWORK, fakes=TRAINING_FAKES)
    with_logits = set(rows[rows["quantity"] == "accuracy"]["method"])
    rows = rows[(rows["quantity"] != "own_gradient_norm") | ~rows["method"].isin(with_logits)]
    blocks = []
    for dataset in list_distinct(rows["dataset"]):
        for quantity, (words, scale) in QUANTITIES.items():
            own = select_rows(rows, dataset=dataset, quantity=quantity)
            panels = [Panel(f"generator {when}", part, scale) for when, part in split_by_stage(own)]
            blocks += [Block(f"{dataset} · {words} over steps of the discriminator", panels)] if panels else []
    columns = min(5, max([2, *(len(block.panels) for block in blocks)]))
    return draw_visible_panels(blocks, methods, columns, NO_PROBE, format_log_step_axis, WIDTH)


def describe(probe: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str], gradients: pd.DataFrame) -> str:
    """Describe how the minimax gradient norm changes at the last stage, in words.

    Args:
        probe: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
        gradients: the gradients of training, with a column `seed`.
    """
    rows = select_rows(probe, layer=WHOLE_NETWORK, fakes=TRAINING_FAKES, quantity="minimax_gradient_norm")
    norms = select_last_stage(rows)
    return (
        "Gradient norms of a frozen generator and accuracy of a fresh discriminator against its steps, "
        f"{describe_size(methods, datasets, gradients)}. "
        f"Minimax norm of the last stage: {describe_runs(norms, _describe_change)}."
    )


def _describe_change(rows: pd.DataFrame) -> str:
    medians = rows.groupby("step")["value"].median()
    return f"from {format_number(medians.iloc[0])} to {format_number(medians.iloc[-1])} at step {medians.index[-1]}"


SPEC = FigureSpec(
    draw,
    "Frozen generator against a fresh discriminator",
    "The generator is frozen; only the discriminator, new at step 0, is trained. A minimax norm that falls by decades "
    "while accuracy climbs to 1 is a vanishing gradient (Arjovsky & Bottou 2017, figures 1 and 2); a non-saturating "
    f"norm that climbs is an unstable one (their figure 3). {CURVE_CAPTION}",
    describe,
    "diagnosis",
    shows=("vanishing", "explosion"),
)
