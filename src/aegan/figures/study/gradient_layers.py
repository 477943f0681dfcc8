"""Gradient norm of every layer over the steps."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aegan.figures.descriptions import describe_last_values, describe_size
from aegan.figures.layer_curves import make_layer_spec
from aegan.figures.selection import select_rows
from aegan.tables import WHOLE_NETWORK

SUBJECT = "Gradient norm of every layer"


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe the last norms of the whole generator in words.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods.
        datasets: the data sets.
    """
    norms = select_rows(gradients, network="generator", layer=WHOLE_NETWORK, quantity="gradient_norm")
    return (
        f"{SUBJECT} against the step, {describe_size(methods, datasets, gradients)}. "
        f"Whole generator, last median: {describe_last_values(norms)}."
    )


SPEC = make_layer_spec(
    {"gradient_norm": ("gradient norm", "log")},
    title=SUBJECT,
    caption="Layers from input to output.",
    subject=SUBJECT,
)._replace(alt=describe)
