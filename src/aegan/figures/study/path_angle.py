"""The players' gradients along the path of training: their cosine with the path, and their norm."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Block, Panel, draw_visible_panels
from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_runs
from aegan.figures.numbers import format_signed, join_words
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import (
    NO_DYNAMICS,
    add_lost_runs,
    describe_rounds,
    find_runs_without_last_stage,
    select_last_stage,
)
from aegan.figures.style import INK
from aegan.tables import list_distinct

#: quantity -> words and scale
QUANTITIES = {
    "path_angle": ("cosine of the gradients with the path of training", "cosine"),
    "path_norm": ("norm of the gradients along the path of training", "log"),
}


def draw(dynamics: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the field along the path of training: its cosine with the path and its norm, a panel per method.

    Args:
        dynamics: dataset, method, seed, stage, quantity, index, value.
        methods: the methods, in order.
    """
    rows, lost = select_last_stage(dynamics), find_runs_without_last_stage(dynamics)
    rows = rows.assign(step=rows["index"] / 100)
    blocks = []
    for dataset in list_distinct(rows[rows["quantity"].isin(list(QUANTITIES))]["dataset"]):
        for quantity, (words, scale) in QUANTITIES.items():
            own = select_rows(rows, dataset=dataset, quantity=quantity)
            everyone = add_lost_runs(own, select_rows(lost, dataset=dataset))
            panels = [Panel(m, part, scale) for m in methods if len(part := select_rows(everyone, method=m))]
            blocks += [Block(f"{dataset} · {words}, {describe_rounds(own)}", panels)] if len(own) else []
    return draw_visible_panels(blocks, methods, 3, NO_DYNAMICS.format("path"), _format_path_axis)


def _format_path_axis(axes: Axes) -> None:
    axes.set_xticks([0, 1], ["start", "end"])
    axes.axvline(1, color=INK, linewidth=1)


def describe(dynamics: pd.DataFrame) -> str:
    """Describe the cosines before, at and after the end of each path in words."""
    angles = select_last_stage(select_rows(dynamics, quantity="path_angle"))
    return (
        "Cosine of the gradients with the path of training, before, at and after its end: "
        f"{describe_runs(angles, _describe_cosines)}."
    )


def _describe_cosines(rows: pd.DataFrame) -> str:
    if rows["value"].isna().all():
        return "no run left"
    medians = rows.groupby("index")["value"].median()
    places = [medians.index[0], min(medians.index, key=lambda place: abs(place - 100)), medians.index[-1]]
    return join_words([format_signed(medians[place]) for place in places])


SPEC = FigureSpec(
    draw,
    "Gradient along the path of training",
    "The straight path between the last two stages of training, extended by half its length on both sides. A cosine "
    "that steps from −1 to 1 at the end: the end attracts. A bump there: the game rotates around it. Both: it spirals "
    f"in (Berard 2020). Below, the norm of the gradients on the same path. {CURVE_CAPTION}",
    describe,
    "dynamics",
)
