"""Gradient norm against depth, at three moments of training."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from aegan.figures.curve_panels import Block, Panel, draw_panels
from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_size
from aegan.figures.layer_norms import MOMENTS, describe_depths, select_moments, split_layer_norms
from aegan.figures.numbers import format_number
from aegan.figures.panels import DETAIL_WIDTH, NOT_RECORDED, draw_message, format_step
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec


def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the gradient norm against depth: a block per data set and network, a panel per moment of training.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    blocks = [
        Block(
            f"{network} · {dataset} · gradient norm over layers, from input to output",
            _make_panels(select_moments(rows)),
        )
        for dataset, network, rows in split_layer_norms(gradients)
    ]
    if not blocks:
        return draw_message(NOT_RECORDED.format("norm of a layer"))
    return draw_panels(blocks, methods, 3, _format_layer_axis, DETAIL_WIDTH)


def _make_panels(rows: pd.DataFrame) -> list[Panel]:
    panels = []
    for moment in MOMENTS:
        own = select_rows(rows, moment=moment)
        steps = " to ".join(format_step(step) for step in sorted({own["at"].min(), own["at"].max()}))
        panels.append(Panel(f"{moment}: step {steps}", own, "log"))
    return panels


def _format_layer_axis(axes: Axes) -> None:
    # Layers are counted back from the output, which is at 0.
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(lambda place, _: "output" if place == 0 else format_number(place))
    axes.set_xlim(right=0.15)


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe the last norms at both ends of the generators in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
    """
    return (
        f"Gradient norm against depth at three moments of training, {describe_size(methods, datasets, gradients)}. "
        f"Generators at the end: {describe_depths(gradients)}."
    )


SPEC = FigureSpec(
    draw,
    "Gradient norm against depth",
    "Backpropagation runs from right to left: a line that falls to the left is a gradient that vanishes on its way "
    "back, one that rises a gradient that explodes. Layers are counted back from the output; a single layer is a dot. "
    f"{CURVE_CAPTION}",
    describe,
    "gradients",
)
