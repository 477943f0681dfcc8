"""Gradient norms of layers, for the figures of depth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from aegan.figures.descriptions import NONE_RECORDED, describe_runs
from aegan.figures.numbers import format_number
from aegan.figures.selection import select_rows
from aegan.tables import WHOLE_NETWORK, list_distinct, pivot_values

MOMENTS = ("start", "middle", "end")


def split_layer_norms(gradients: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Split the gradient norms of layers: data set, network (the generator first), and their rows."""
    norms = select_rows(gradients, quantity="gradient_norm")
    norms = norms[norms["layer"] != WHOLE_NETWORK]
    for dataset in list_distinct(norms["dataset"]):
        own = select_rows(norms, dataset=dataset)
        for network in sorted(list_distinct(own["network"]), key=lambda name: name != "generator"):
            yield dataset, network, select_rows(own, network=network)


def tabulate_layers(rows: pd.DataFrame) -> pd.DataFrame:
    """Tabulate the norms of one network of one method.

    Args:
        rows: seed, step, layer, value.

    Returns:
        (layer, seed) × step, layers from input to output; NaN where a seed stopped.
    """
    return pivot_values(rows, ["layer", "seed"], "step").reindex(list_distinct(rows["layer"]), level="layer")


def choose_moments(steps: pd.Index) -> list[int]:
    """Choose three of (K,) steps: the indices of the first, the middle and the last."""
    return [0, len(steps) // 2, len(steps) - 1]


def select_moments(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the first, the middle and the last probed step of every method.

    Returns:
        method, seed, moment, at, step, value. `at` is the step of training. `step`, the column that is drawn on the
        horizontal axis, is the place of the layer: 0 for the last and −1 for the one before it. The value is NaN for a
        seed that stopped earlier.
    """
    tables = []
    for method in list_distinct(rows["method"]):
        table = tabulate_layers(select_rows(rows, method=method))
        layers = list(table.index.unique("layer"))
        for moment, at in zip(MOMENTS, table.columns[choose_moments(table.columns)], strict=True):
            own = table[at].rename("value").reset_index()
            places = own["layer"].map(layers.index) - len(layers) + 1
            tables.append(own.assign(method=method, moment=moment, at=at, step=places).drop(columns="layer"))
    return pd.concat(tables, ignore_index=True)


def describe_depths(gradients: pd.DataFrame) -> str:
    """Describe the last gradient norms at the input and the output of every generator.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
    """
    ends = [
        select_rows(select_moments(rows), moment="end").assign(dataset=dataset)
        for dataset, network, rows in split_layer_norms(gradients)
        if network == "generator"
    ]
    return describe_runs(pd.concat(ends), _describe_ends) if ends else NONE_RECORDED


def _describe_ends(rows: pd.DataFrame) -> str:
    medians = rows["value"].fillna(np.inf).groupby(rows["step"]).median()
    return f"{format_number(medians.iloc[0])} at the input, {format_number(medians.iloc[-1])} at the output"
