"""Rounding error of the gradients of methods in low precision."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_last_values, describe_size
from aegan.figures.layer_curves import draw_layer_curves
from aegan.figures.panels import NOT_RECORDED, draw_message
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.tables import WHOLE_NETWORK

#: quantity -> words and scale
QUANTITIES = {
    "rounding_error": ("relative error of the rounded gradient", "log"),
    "rounded_to_zero": ("share of gradients rounded to zero", "linear"),
}


def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the rounding error of every layer's gradient and the share that is rounded to zero.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    if not gradients["quantity"].isin(list(QUANTITIES)).any():
        return draw_message(NOT_RECORDED.format("rounding error"))
    return draw_layer_curves(gradients, methods, QUANTITIES)


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe the last errors of the whole generator in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
    """
    errors = select_rows(gradients, network="generator", layer=WHOLE_NETWORK, quantity="rounding_error")
    return (
        "Relative error of every layer's gradient, and share that is rounded to zero, against the step, "
        f"{describe_size(methods, datasets, gradients)}. "
        f"Last median error of the whole generator: {describe_last_values(errors)}."
    )


SPEC = FigureSpec(
    draw,
    "Rounding error of gradients in low precision",
    "The gradient in the method's precision against the gradient in float32, on the same batch with the same noise: "
    "its relative error, and the share of entries that are zero although those in float32 are not. At an error of 1 "
    f"nothing is left of the gradient. Methods in float32 have no curve. {CURVE_CAPTION}",
    describe,
    "gradients",
)
