"""Figures of training: gradient norms, update ratios, the discriminator's game, losses and saturation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.analysis.study_schema import WHOLE, ordered
from aegan.figures.curves import Block, Panel, bands, draw_curves, dress, figure_of, limits, note_marks
from aegan.figures.numbers import listed
from aegan.figures.panels import WIDTH, nothing, over_steps
from aegan.figures.style import INK, Look, looks, styled

GAME = {
    "accuracy": ("accuracy", "fraction"),
    "logit_real": ("logit on real", "linear"),
    "logit_fake": ("logit on fake", "linear"),
}
ROW, AUTOENCODER = 4.0, "autoencoder alone"  # the hero's height in inches for a data set, and its reference line
NOT_RECORDED = "Nothing to show: the study recorded no {}."


def select(table: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Keep the rows whose columns equal the wanted values."""
    kept = np.logical_and.reduce([(table[column] == value).to_numpy() for column, value in wanted.items()])
    return table[kept]


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move heights at least `gap` apart, keeping their order and, where there is room, staying at or below 1."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(order))
    level = np.asarray(heights, float)[order] - steps
    # Pushing up alone and pushing down alone both keep the gap; so does their mean, which stays nearest.
    up, down = np.maximum.accumulate(level), np.minimum.accumulate(level[::-1])[::-1]
    placed = np.minimum((up + down) / 2, 1 - steps.max(initial=0.0)) + steps
    return [float(height) for height in placed[np.argsort(order)]]


@styled
def gradient_overview(gradients: pd.DataFrame, methods: Sequence[str], autoencoders: pd.DataFrame) -> Figure:
    """Draw the generator's whole-network gradient norm: a panel per data set, a labelled line per method.

    Args:
        gradients: the study's gradients.
        methods: the study's methods, in order.
        autoencoders: the autoencoders' own training; the median of their norm is the level the claim speaks of.
    """
    norms = select(gradients, network="generator", layer=WHOLE, quantity="gradient_norm")
    levels = select(autoencoders, layer=WHOLE, quantity="gradient_norm")
    datasets = ordered(norms["dataset"])
    if not datasets:
        return nothing(NOT_RECORDED.format("gradient norm of a generator"))
    figure = Figure(figsize=(WIDTH, ROW * len(datasets)))
    right = 0.4 + 0.085 * max(len(name) for name in [*ordered(norms["method"]), AUTOENCODER])  # room for the names
    for place, dataset in enumerate(reversed(datasets)):
        low, high = (0.55 + ROW * place) / figure.get_figheight(), (ROW - 0.95) / figure.get_figheight()
        axes = figure.add_axes((0.7 / WIDTH, low, 1 - (0.7 + right) / WIDTH, high))
        own = select(norms, dataset=dataset)
        _overview(axes, own, looks(methods), select(levels, dataset=dataset)["value"])
        axes.set_title(dataset, fontweight="bold", fontsize=10)
    notes = note_marks([Panel("", select(norms, dataset=dataset), "log") for dataset in datasets])
    if notes:
        figure.legend(handles=notes, loc="upper right", ncols=3)
    return figure


def _overview(axes: Axes, norms: pd.DataFrame, looks: dict[str, Look], level: pd.Series) -> None:
    typical = pd.Series([level[np.isfinite(level) & (level > 0)].median()])
    dress(axes, "log", limits(pd.concat([norms["value"], typical]), "log"))
    draw_curves(axes, norms, looks, "log")
    over_steps(axes)
    axes.margins(x=0)
    axes.set_ylabel("‖∇ generator‖ (log)")
    axes.set_xlabel("step")
    ends = _line_ends(norms, looks)
    if typical.notna().all():
        axes.axhline(typical[0], color=INK, linestyle=(0, (1, 2)), linewidth=1)
        ends.append((AUTOENCODER, INK, float(typical[0])))
    _label_ends(axes, ends)


def _line_ends(norms: pd.DataFrame, looks: dict[str, Look]) -> list[tuple[str, str, float]]:
    table = bands(norms).replace([0.0, np.inf], np.nan).dropna(subset=["median"])
    last = table.groupby("method", observed=True)["median"].last()
    present = set(ordered(norms["method"]))
    return [(m, look.colour, float(last.get(m, np.nan))) for m, look in looks.items() if m in present]


def _label_ends(axes: Axes, ends: list[tuple[str, str, float]]) -> None:
    bottom, top = np.log10(axes.get_ylim())
    # A method without a single finite median is labelled at the foot.
    heights = [(np.log10(value) - bottom) / (top - bottom) if value > 0 else 0.0 for _, _, value in ends]
    places = spread(heights, 0.062)
    for (label, colour, _), place in zip(ends, places, strict=True):
        axes.annotate(
            label, (1.012, place), xycoords="axes fraction", va="center", color=colour, fontsize=9.5, fontweight="bold"
        )


def layer_curves(table: pd.DataFrame, methods: Sequence[str], quantities: Mapping[str, tuple[str, str]]) -> Figure:
    """Draw quantities of every layer over the steps: a block per quantity, data set and network, a panel per layer.

    Args:
        table: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
        quantities: the quantities shown -> each in words, for the titles, and its scale as a panel has it.
    """
    blocks = [
        Block(f"{network} · {dataset} · {words} over steps", _panels(own, "layer", _layers(own, scale)))
        for quantity, (words, scale) in quantities.items()
        for dataset, network, own in _networks(select(table, quantity=quantity))
    ]
    words = listed([words for words, _ in quantities.values()])
    return figure_of(blocks, methods, _columns(blocks)) if blocks else nothing(NOT_RECORDED.format(words))


def _columns(blocks: Sequence[Block]) -> int:
    # From 3 to 5 columns, so that the rows of the largest block are filled as evenly as they can be.
    most = max(len(block.panels) for block in blocks)
    return max(3, -(-most // -(-most // 5)))


def _networks(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for dataset in ordered(rows["dataset"]):
        own = select(rows, dataset=dataset)
        yield from ((dataset, network, select(own, network=network)) for network in ordered(own["network"]))


def _layers(rows: pd.DataFrame, scale: str) -> dict[str, tuple[str, str]]:
    # The whole network first, then in the order of the deepest method: shallower ones have some of its layers.
    depth = rows.groupby("method")["layer"].transform("nunique")
    deepest = rows.assign(depth=-depth).sort_values("depth", kind="stable")
    layers = sorted(ordered(deepest["layer"]), key=lambda layer: layer != WHOLE)
    return {layer: ("whole network" if layer == WHOLE else layer, scale) for layer in layers}


def _panels(rows: pd.DataFrame, column: str, shown: Mapping[str, tuple[str, str]]) -> list[Panel]:
    parts = ((title, select(rows, **{column: value}), scale) for value, (title, scale) in shown.items())
    return [Panel(title, part, scale) for title, part, scale in parts if len(part)]


def discriminator_game(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw how well the discriminator tells real from fake: its accuracy and its mean logits, per data set."""
    rows = gradients[(gradients["network"] == "discriminator") & gradients["quantity"].isin(list(GAME))]
    blocks = [
        Block(f"{dataset} · over steps", _panels(select(rows, dataset=dataset), "quantity", GAME))
        for dataset in ordered(rows["dataset"])
    ]
    return figure_of(blocks, methods, 3) if blocks else nothing(NOT_RECORDED.format("accuracy or logit"))


def losses(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the loss of every network: a block per data set and network, a panel per method."""
    shown = {method: (method, "linear") for method in methods}
    blocks = [
        Block(f"{network} · {dataset} · loss over steps", _panels(own, "method", shown))
        for dataset, network, own in _networks(select(gradients, quantity="loss", layer=WHOLE))
    ]
    return figure_of(blocks, methods, 5) if blocks else nothing(NOT_RECORDED.format("loss"))
