"""Curves of every layer over the steps of training, for all figures that differ only in the quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Block, Panel, draw_visible_panels
from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_size
from aegan.figures.numbers import join_words
from aegan.figures.panels import NOT_RECORDED
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.tables import WHOLE_NETWORK, list_distinct


def draw_layer_curves(table: pd.DataFrame, methods: Sequence[str], quantities: Mapping[str, tuple[str, str]]) -> Figure:
    """Draw quantities of every layer over the steps: a block per quantity, data set and network, a panel per layer.

    Args:
        table: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
        quantities: the quantities shown -> each in words, for the titles, and its scale as `Panel` names it.
    """
    blocks = [
        Block(f"{network} · {dataset} · {words} over steps", make_panels(own, "layer", _name_layers(own, scale)))
        for quantity, (words, scale) in quantities.items()
        for dataset, network, own in split_networks(select_rows(table, quantity=quantity))
    ]
    words = join_words([words for words, _ in quantities.values()])
    return draw_visible_panels(blocks, methods, _choose_columns(blocks), NOT_RECORDED.format(words))


def _choose_columns(blocks: Sequence[Block]) -> int:
    # Two or three columns, so that the rows of the largest block are filled as evenly as possible.
    most = max((len(block.panels) for block in blocks), default=1)
    return max(2, -(-most // -(-most // 3)))


def split_networks(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Split a table by data set and network, in order of appearance: (data set, network, their rows)."""
    for dataset in list_distinct(rows["dataset"]):
        own = select_rows(rows, dataset=dataset)
        yield from ((dataset, network, select_rows(own, network=network)) for network in list_distinct(own["network"]))


def _name_layers(rows: pd.DataFrame, scale: str) -> dict[str, tuple[str, str]]:
    # The whole network first, then the order of the deepest method; shallower methods have some of its layers.
    depth = rows.groupby("method")["layer"].transform("nunique")
    deepest = rows.assign(depth=-depth).sort_values("depth", kind="stable")
    layers = sorted(list_distinct(deepest["layer"]), key=lambda layer: layer != WHOLE_NETWORK)
    return {layer: ("whole network" if layer == WHOLE_NETWORK else layer, scale) for layer in layers}


def make_panels(rows: pd.DataFrame, column: str, panels: Mapping[str, tuple[str, str]]) -> list[Panel]:
    """Make a panel for each value of a column that occurs.

    Args:
        rows: method, seed, step, value, and the column.
        column: the column that selects the panel.
        panels: value of the column -> title and scale of its panel.
    """
    parts = ((title, select_rows(rows, **{column: value}), scale) for value, (title, scale) in panels.items())
    return [Panel(title, part, scale) for title, part, scale in parts if len(part)]


def make_layer_spec(quantities: Mapping[str, tuple[str, str]], title: str, caption: str, subject: str) -> FigureSpec:
    """Make the figure of quantities of every layer over the steps, in the section on gradients.

    Args:
        quantities: the quantities shown -> each in words, for the titles, and its scale as `Panel` names it.
        title: what the figure shows.
        caption: how to read it, besides its curves.
        subject: what the figure shows, for the alternative text.
    """

    def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
        return draw_layer_curves(gradients, methods, quantities)

    def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
        return f"{subject} against the step, {describe_size(methods, datasets, gradients)}."

    return FigureSpec(draw, title, f"{caption} {CURVE_CAPTION}", describe, "gradients")
