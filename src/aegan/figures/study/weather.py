"""Figures of depth: how the gradient changes from layer to layer, over a training run and at three moments of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from aegan.analysis.study_schema import WHOLE, ordered, wide
from aegan.figures.curves import MARKS, Block, Panel, figure_of, mark_key, marks
from aegan.figures.gradients import NOT_RECORDED, select
from aegan.figures.numbers import decade, short
from aegan.figures.panels import WIDTH, Tiling, nothing, step_label, tile
from aegan.figures.style import INK, PAPER, styled

COLOURS = "viridis"  # even in lightness, and read alike by all kinds of colour vision
ZERO, LOST = "#000000", "#d9541e"  # a cell whose median is zero, and one whose median is not finite
MOMENTS = ("start", "middle", "end")


class Map(NamedTuple):
    """One heat map: a network of a method.

    Attributes:
        method: the method.
        medians: layers × steps; 0 and inf are values, and a seed that is NaN or has stopped counts as inf.
        marks: layer, step, mark (zero, infinite, lost): what some seeds did.
    """

    method: str
    medians: pd.DataFrame
    marks: pd.DataFrame


def by_layer(rows: pd.DataFrame) -> pd.DataFrame:
    """Spread one network of one method: (layer, seed) × step, layers from input to output, NaN where a seed stopped."""
    return wide(rows, ["layer", "seed"], "step").reindex(ordered(rows["layer"]), level="layer")


def weather_map(rows: pd.DataFrame, method: str) -> Map:
    """Summarise the seeds of one network of one method."""
    medians = by_layer(rows).fillna(np.inf).groupby(level="layer", sort=False).median()
    noted = marks(rows.drop(columns="method").rename(columns={"layer": "method"}), log=True)
    return Map(method, medians, noted.rename(columns={"method": "layer"}))


def networks(gradients: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Split the gradient norms of layers: data set, network (the generator first), and their rows."""
    norms = select(gradients, quantity="gradient_norm")
    norms = norms[norms["layer"] != WHOLE]
    for dataset in ordered(norms["dataset"]):
        own = select(norms, dataset=dataset)
        for network in sorted(ordered(own["network"]), key=lambda name: name != "generator"):
            yield dataset, network, select(own, network=network)


@styled
def weather(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw heat maps of layer × step, a block per data set and network, a panel per method, on one colour scale.

    Args:
        gradients: the study's gradients.
        methods: the methods, in order.
    """
    blocks = {
        f"{network} · {dataset} · layers from input (below) to output, over steps": [
            weather_map(select(rows, method=method), method) for method in methods if method in set(rows["method"])
        ]
        for dataset, network, rows in networks(gradients)
    }
    if not blocks:
        return nothing(NOT_RECORDED.format("gradient norm of a layer"))
    scale = colour_scale([one for maps in blocks.values() for one in maps])
    size = _tiling(list(blocks.values()))
    figure, all_axes = tile([(title, len(maps)) for title, maps in blocks.items()], size, top=0.62)
    _explain(figure, [one for maps in blocks.values() for one in maps], scale)
    for maps, block in zip(blocks.values(), all_axes, strict=True):
        most = max(len(one.medians.columns) for one in maps)
        for place, (one, axes) in enumerate(zip(maps, block, strict=True)):
            paint(axes, one, scale)
            axes.set_xlim(-0.5, most - 0.5)
            axes.tick_params(labelleft=place % size.columns == 0 or _unlike(maps, place))
    return figure


def _unlike(maps: Sequence[Map], place: int) -> bool:
    return place > 0 and list(maps[place].medians.index) != list(maps[place - 1].medians.index)


def _tiling(blocks: Sequence[list[Map]]) -> Tiling:
    # Layers are named at the left of a row, and again where a method has others than its neighbour.
    layers = [list(one.medians.index) for maps in blocks for one in maps]
    room = 0.25 + 0.075 * max(len(name) for names in layers for name in names)
    again = any(_unlike(maps, place) for maps in blocks for place in range(len(maps)))
    size = Tiling(1, max(0.9, 0.17 * max(map(len, layers))), gap=room if again else 0.2, left=room)
    # as many as there are methods, but no panel narrower than an inch
    fitting = int((WIDTH - size.left - size.right + size.gap) // (1 + size.gap))
    return size._replace(columns=max(1, min(5, fitting, max(3, *map(len, blocks)))))


def colour_scale(maps: Sequence[Map]) -> Normalize:
    """Spread the colours over log10 of all finite positive medians."""
    values = np.concatenate([one.medians.to_numpy().ravel() for one in maps])
    kept = np.log10(values[np.isfinite(values) & (values > 0)])
    low, high = (kept.min(), kept.max()) if kept.size else (-1.0, 1.0)
    return Normalize(low, high) if high > low else Normalize(low - 0.5, high + 0.5)


def shades(medians: pd.DataFrame, scale: Normalize) -> np.ndarray:
    """Colour the cells of a map: RGBA (layers, steps, 4)."""
    values = medians.to_numpy()
    usual = np.isfinite(values) & (values > 0)
    painted = mpl.colormaps[COLOURS](scale(np.log10(np.where(usual, values, 1.0))))
    painted[values == 0] = to_rgba(ZERO)
    painted[~np.isfinite(values)] = to_rgba(LOST)
    return np.asarray(painted)


def _three(steps: pd.Index) -> list[int]:
    return [0, len(steps) // 2, len(steps) - 1]


def paint(axes: Axes, one: Map, scale: Normalize) -> None:
    """Paint a map, mark what single seeds did, and name its layers and three of its steps."""
    layers, steps = one.medians.index, one.medians.columns
    axes.imshow(shades(one.medians, scale), origin="lower", aspect="auto", interpolation="none")
    for mark, own in one.marks.groupby("mark"):
        x, y = steps.get_indexer(pd.Index(own["step"])), layers.get_indexer(pd.Index(own["layer"]))
        axes.plot(x, y, MARKS[str(mark)][1], color=PAPER, ms=4, mec=INK if mark != "lost" else PAPER, mew=0.8)
    axes.set_xticks(_three(steps), [step_label(float(steps[place])) for place in _three(steps)])
    axes.set_yticks(range(len(layers)), list(layers))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(one.method)


def _explain(figure: Figure, maps: Sequence[Map], scale: Normalize) -> None:
    height = figure.get_figheight()
    axes = figure.add_axes((1.25 / WIDTH, 1 - 0.26 / height, 2.6 / WIDTH, 0.14 / height))
    low, high = float(scale.vmin or 0.0), float(scale.vmax or 0.0)
    axes.imshow(np.linspace(0, 1, 256)[None], extent=(low, high, 0, 1), aspect="auto", cmap=COLOURS)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda exponent, _: decade(10**exponent))
    axes.set_yticks([])
    axes.grid(visible=False)
    figure.text(0.1 / WIDTH, 1 - 0.19 / height, "gradient norm", va="center")
    values = np.concatenate([one.medians.to_numpy().ravel() for one in maps])
    states = [(ZERO, "zero", (values == 0).any()), (LOST, "not finite", not np.isfinite(values).all())]
    patches = [Patch(color=colour, label=label) for colour, label, present in states if present]
    notes = mark_key({str(mark) for one in maps for mark in one.marks["mark"]})
    figure.legend(handles=[*patches, *notes], loc="upper right", ncols=5, handlelength=1.2)


def moments(rows: pd.DataFrame) -> pd.DataFrame:
    """Pick the first, the middle and the last probed step of every method: method, seed, moment, at, step, value.

    `at` is the step of training; `step` is the place of the layer, 0 for the last and −1 for the one before it, for
    that is what an axis of steps shows. A seed that stopped before has NaN.
    """
    tables = []
    for method in ordered(rows["method"]):
        table = by_layer(select(rows, method=method))
        layers = list(table.index.unique("layer"))
        for moment, at in zip(MOMENTS, table.columns[_three(table.columns)], strict=True):
            own = table[at].rename("value").reset_index()
            places = own["layer"].map(layers.index) - len(layers) + 1
            tables.append(own.assign(method=method, moment=moment, at=at, step=places).drop(columns="layer"))
    return pd.concat(tables, ignore_index=True)


def depth_profile(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the gradient norm against depth: a block per data set and network, a panel per moment of training."""
    blocks = [
        Block(f"{network} · {dataset} · gradient norm over layers, from input to output", _profiles(moments(rows)))
        for dataset, network, rows in networks(gradients)
    ]
    return figure_of(blocks, methods, 3, over_layers) if blocks else nothing(NOT_RECORDED.format("norm of a layer"))


def _profiles(rows: pd.DataFrame) -> list[Panel]:
    panels = []
    for moment in MOMENTS:
        own = select(rows, moment=moment)
        steps = " to ".join(step_label(step) for step in sorted({own["at"].min(), own["at"].max()}))
        panels.append(Panel(f"{moment}: step {steps}", own, "log"))
    return panels


def over_layers(axes: Axes) -> None:
    """Dress a horizontal axis of layers, counted back from the output."""
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(lambda place, _: "output" if place == 0 else short(place))
    axes.set_xlim(right=0.15)
