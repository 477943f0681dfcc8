"""Losses of every network over the steps."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Block, draw_visible_panels
from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_size
from aegan.figures.layer_curves import make_panels, split_networks
from aegan.figures.panels import NOT_RECORDED
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.tables import WHOLE_NETWORK


def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the loss of every network: a block per data set and network, a panel per method.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    panels = {method: (method, "linear") for method in methods}
    blocks = [
        Block(f"{network} · {dataset} · loss over steps", make_panels(own, "method", panels))
        for dataset, network, own in split_networks(select_rows(gradients, quantity="loss", layer=WHOLE_NETWORK))
    ]
    return draw_visible_panels(blocks, methods, 3, NOT_RECORDED.format("loss"))


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe what is drawn, in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
    """
    return f"Loss of every network against the step, {describe_size(methods, datasets, gradients)}."


SPEC = FigureSpec(
    draw,
    "Losses",
    "Losses of different methods are different functions: compare the shape of a curve with its own past, not its "
    f"level with another method's. {CURVE_CAPTION}",
    describe,
    "gradients",
)
