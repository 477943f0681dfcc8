"""Gradient norm of every layer of the autoencoders, which are trained alone."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_last_values
from aegan.figures.layer_curves import draw_layer_curves
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.tables import WHOLE_NETWORK, list_distinct, rename_autoencoder_to_method

#: quantity -> words and scale
QUANTITIES = {"gradient_norm": ("gradient norm", "log")}


def draw(autoencoders: pd.DataFrame) -> Figure:
    """Draw the gradient norm of every layer: a block per data set, a panel per layer, a line per autoencoder.

    Args:
        autoencoders: dataset, autoencoder, seed, step, network, layer, quantity, value.
    """
    table = rename_autoencoder_to_method(autoencoders)
    return draw_layer_curves(table, list_distinct(table["method"]), QUANTITIES)


def describe(autoencoders: pd.DataFrame) -> str:
    """Describe the last norms of the whole autoencoders in words."""
    norms = select_rows(autoencoders, layer=WHOLE_NETWORK, quantity="gradient_norm")
    return (
        "Gradient norm of every autoencoder layer against the step. "
        f"Last median of the whole: {describe_last_values(rename_autoencoder_to_method(norms))}."
    )


SPEC = FigureSpec(
    draw,
    "Gradient norms of the autoencoders trained alone",
    f"The level that a method with an autoencoder is claimed to bring to the GAN. {CURVE_CAPTION}",
    describe,
    "autoencoders",
)
