"""Heat maps of the gradient norm by layer and step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from aegan.figures.curves import MARKS, find_marks, make_mark_legend
from aegan.figures.descriptions import describe_size
from aegan.figures.layer_norms import choose_moments, describe_depths, split_layer_norms, tabulate_layers
from aegan.figures.numbers import format_decade
from aegan.figures.panels import NOT_RECORDED, WIDTH, draw_message, format_step
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, PAPER, apply_theme
from aegan.figures.tiles import Tiling, make_tiles
from aegan.tables import list_distinct

COLOURS = "viridis"  # perceptually uniform, also for readers with colour vision deficiency
ZERO, LOST = "#000000", "#d9541e"  # a cell whose median is zero, and one whose median is not finite


class HeatMap(NamedTuple):
    """One heat map: a network of a method.

    Attributes:
        method: the method.
        medians: (layers, steps); 0 and inf are values, and a seed that is NaN or has stopped counts as inf.
        marks: layer, step, mark (zero, infinite, lost) of single seeds.
    """

    method: str
    medians: pd.DataFrame
    marks: pd.DataFrame


def compute_heat_map(rows: pd.DataFrame, method: str) -> HeatMap:
    """Summarise the seeds of one network of one method."""
    medians = tabulate_layers(rows).fillna(np.inf).groupby(level="layer", sort=False).median()
    marks = find_marks(rows.drop(columns="method").rename(columns={"layer": "method"}), log=True)
    return HeatMap(method, medians, marks.rename(columns={"method": "layer"}))


@apply_theme
def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw heat maps of layer × step, a block per data set and network, a panel per method, on one colour scale.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    blocks = {
        f"{network} · {dataset} · layers from input (below) to output, over steps": [
            compute_heat_map(select_rows(rows, method=method), method)
            for method in methods
            if method in list_distinct(rows["method"])
        ]
        for dataset, network, rows in split_layer_norms(gradients)
    }
    if not blocks:
        return draw_message(NOT_RECORDED.format("gradient norm of a layer"))
    scale = make_colour_scale([heat_map for maps in blocks.values() for heat_map in maps])
    size = _choose_tiling(list(blocks.values()))
    figure, all_axes = make_tiles([(title, len(maps)) for title, maps in blocks.items()], size, top=0.62)
    _draw_colour_bar(figure, [heat_map for maps in blocks.values() for heat_map in maps], scale)
    for maps, block in zip(blocks.values(), all_axes, strict=True):
        most = max(len(heat_map.medians.columns) for heat_map in maps)
        for place, (heat_map, axes) in enumerate(zip(maps, block, strict=True)):
            draw_heat_map(axes, heat_map, scale)
            axes.set_xlim(-0.5, most - 0.5)
            axes.tick_params(labelleft=place % size.columns == 0 or _has_other_layers(maps, place))
    return figure


def _has_other_layers(maps: Sequence[HeatMap], place: int) -> bool:
    return place > 0 and list(maps[place].medians.index) != list(maps[place - 1].medians.index)


def _choose_tiling(blocks: Sequence[list[HeatMap]]) -> Tiling:
    # Layers are named at the left of a row, and again if a method has other layers than its neighbour.
    layers = [list(heat_map.medians.index) for maps in blocks for heat_map in maps]
    room = 0.25 + 0.075 * max(len(name) for names in layers for name in names)
    again = any(_has_other_layers(maps, place) for maps in blocks for place in range(len(maps)))
    size = Tiling(1, max(0.9, 0.17 * max(map(len, layers))), gap=room if again else 0.2, left=room)
    # as many columns as methods, but no panel narrower than an inch
    most = int((WIDTH - size.left - size.right + size.gap) // (1 + size.gap))
    return size._replace(columns=max(1, min(5, most, max(3, *map(len, blocks)))))


def make_colour_scale(maps: Sequence[HeatMap]) -> Normalize:
    """Spread the colours over log10 of all finite positive medians."""
    values = np.concatenate([heat_map.medians.to_numpy().ravel() for heat_map in maps])
    kept = np.log10(values[np.isfinite(values) & (values > 0)])
    low, high = (kept.min(), kept.max()) if kept.size else (-1.0, 1.0)
    return Normalize(low, high) if high > low else Normalize(low - 0.5, high + 0.5)


def colour_cells(medians: pd.DataFrame, scale: Normalize) -> np.ndarray:
    """Colour the cells of a heat map: RGBA (layers, steps, 4)."""
    values = medians.to_numpy()
    positive = np.isfinite(values) & (values > 0)
    colours = mpl.colormaps[COLOURS](scale(np.log10(np.where(positive, values, 1.0))))
    colours[values == 0] = to_rgba(ZERO)
    colours[~np.isfinite(values)] = to_rgba(LOST)
    return np.asarray(colours)


def draw_heat_map(axes: Axes, heat_map: HeatMap, scale: Normalize) -> None:
    """Draw a heat map with the marks of single seeds, and name its layers and three of its steps.

    Args:
        axes: the axes to draw on.
        heat_map: the heat map.
        scale: colour scale of log10 of the norms.
    """
    layers, steps = heat_map.medians.index, heat_map.medians.columns
    axes.imshow(colour_cells(heat_map.medians, scale), origin="lower", aspect="auto", interpolation="none")
    for mark, own in heat_map.marks.groupby("mark"):
        x, y = steps.get_indexer(pd.Index(own["step"])), layers.get_indexer(pd.Index(own["layer"]))
        axes.plot(x, y, MARKS[str(mark)][1], color=PAPER, ms=4, mec=INK if mark != "lost" else PAPER, mew=0.8)
    axes.set_xticks(choose_moments(steps), [format_step(float(steps[place])) for place in choose_moments(steps)])
    axes.set_yticks(range(len(layers)), list(layers))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(heat_map.method)


def _draw_colour_bar(figure: Figure, maps: Sequence[HeatMap], scale: Normalize) -> None:
    height = figure.get_figheight()
    axes = figure.add_axes((1.25 / WIDTH, 1 - 0.26 / height, 2.6 / WIDTH, 0.14 / height))
    low, high = float(scale.vmin or 0.0), float(scale.vmax or 0.0)
    axes.imshow(np.linspace(0, 1, 256)[None], extent=(low, high, 0, 1), aspect="auto", cmap=COLOURS)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda exponent, _: format_decade(10**exponent))
    axes.set_yticks([])
    axes.grid(visible=False)
    figure.text(0.1 / WIDTH, 1 - 0.19 / height, "gradient norm", va="center")
    values = np.concatenate([heat_map.medians.to_numpy().ravel() for heat_map in maps])
    states = [(ZERO, "zero", (values == 0).any()), (LOST, "not finite", not np.isfinite(values).all())]
    patches = [Patch(color=colour, label=label) for colour, label, present in states if present]
    notes = make_mark_legend({str(mark) for heat_map in maps for mark in heat_map.marks["mark"]})
    figure.legend(handles=[*patches, *notes], loc="upper right", ncols=5, handlelength=1.2)


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe the last norms at both ends of the generators in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
    """
    return (
        f"Heat maps of the gradient norm, layer by step, {describe_size(methods, datasets, gradients)}. "
        f"Generators at the end: {describe_depths(gradients)}."
    )


SPEC = FigureSpec(
    draw,
    "Gradient norm by layer and step (heat map)",
    "Darker to the right: the gradient vanishes as training goes on. Darker downwards: it vanishes on its way back "
    "from the output (above) to the input (below). A cell is the median over seeds; a seed that is NaN or has stopped "
    "counts as infinite; black is exactly zero, orange not finite. Small marks: single seeds.",
    describe,
    "gradients",
)
