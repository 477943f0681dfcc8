"""Gradient norm of the whole generator over the steps: the first figure of the report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Panel, make_panel_mark_legend
from aegan.figures.curves import CURVE_CAPTION, compute_limits, draw_curves, set_value_axis, summarise_seeds
from aegan.figures.descriptions import describe_last_values, describe_size
from aegan.figures.families import DECISIVE
from aegan.figures.panels import NOT_RECORDED, WIDTH, draw_message, format_step_axis
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, Look, apply_theme, assign_looks
from aegan.tables import WHOLE_NETWORK, list_distinct, rename_autoencoder_to_method

ROW, AUTOENCODER = 4.0, "autoencoder alone"  # inches for a data set, and the label of the reference line


def spread_heights(heights: Sequence[float], gap: float) -> list[float]:
    """Move heights at least `gap` apart; they keep their order and, where there is room, stay at or below 1."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(order))
    level = np.asarray(heights, float)[order] - steps
    # Moving only up and moving only down both keep the gap; so does their mean, which stays closest.
    up, down = np.maximum.accumulate(level), np.minimum.accumulate(level[::-1])[::-1]
    placed = np.minimum((up + down) / 2, 1 - steps.max(initial=0.0)) + steps
    return [float(height) for height in placed[np.argsort(order)]]


@apply_theme
def draw(gradients: pd.DataFrame, methods: Sequence[str], autoencoders: pd.DataFrame) -> Figure:
    """Draw the generator's whole-network gradient norm: a panel per data set, a labelled line per method.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
        autoencoders: dataset, autoencoder, seed, step, network, layer, quantity, value, of the autoencoders trained
            alone; the median of their norm is the reference line.
    """
    norms = select_rows(gradients, network="generator", layer=WHOLE_NETWORK, quantity="gradient_norm")
    levels = select_rows(autoencoders, layer=WHOLE_NETWORK, quantity="gradient_norm")
    datasets = list_distinct(norms["dataset"])
    if not datasets:
        return draw_message(NOT_RECORDED.format("gradient norm of a generator"))
    figure = Figure(figsize=(WIDTH, ROW * len(datasets)))
    # room for the names at the right
    right = 0.4 + 0.085 * max(len(name) for name in [*list_distinct(norms["method"]), AUTOENCODER])
    for place, dataset in enumerate(reversed(datasets)):
        low, high = (0.55 + ROW * place) / figure.get_figheight(), (ROW - 0.95) / figure.get_figheight()
        axes = figure.add_axes((0.7 / WIDTH, low, 1 - (0.7 + right) / WIDTH, high))
        own = select_rows(norms, dataset=dataset)
        _draw_norms(axes, own, assign_looks(methods), select_rows(levels, dataset=dataset)["value"])
        axes.set_title(dataset, fontweight="bold", fontsize=10)
    notes = make_panel_mark_legend([Panel("", select_rows(norms, dataset=dataset), "log") for dataset in datasets])
    if notes:
        figure.legend(handles=notes, loc="upper right", ncols=3)
    return figure


def _draw_norms(axes: Axes, norms: pd.DataFrame, looks: dict[str, Look], level: pd.Series) -> None:
    typical = pd.Series([level[np.isfinite(level) & (level > 0)].median()])
    set_value_axis(axes, "log", compute_limits(pd.concat([norms["value"], typical]), "log"))
    draw_curves(axes, norms, looks, "log")
    format_step_axis(axes)
    axes.margins(x=0)
    axes.set_ylabel("‖∇ generator‖ (log)")
    axes.set_xlabel("step")
    ends = _find_line_ends(norms, looks)
    if typical.notna().all():
        axes.axhline(typical[0], color=INK, linestyle=(0, (1, 2)), linewidth=1)
        ends.append((AUTOENCODER, INK, float(typical[0])))
    _label_ends(axes, ends)


def _find_line_ends(norms: pd.DataFrame, looks: dict[str, Look]) -> list[tuple[str, str, float]]:
    table = summarise_seeds(norms).replace([0.0, np.inf], np.nan).dropna(subset=["median"])
    last = table.groupby("method", observed=True)["median"].last()
    present = set(list_distinct(norms["method"]))
    return [(m, look.colour, float(last.get(m, np.nan))) for m, look in looks.items() if m in present]


def _label_ends(axes: Axes, ends: list[tuple[str, str, float]]) -> None:
    bottom, top = np.log10(axes.get_ylim())
    # A method without any finite median is labelled at the bottom.
    heights = [(np.log10(value) - bottom) / (top - bottom) if value > 0 else 0.0 for _, _, value in ends]
    places = spread_heights(heights, 0.062)
    for (label, colour, _), place in zip(ends, places, strict=True):
        axes.annotate(
            label, (1.012, place), xycoords="axes fraction", va="center", color=colour, fontsize=9.5, fontweight="bold"
        )


def describe(
    gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str], autoencoders: pd.DataFrame
) -> str:
    """Describe the last norms in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
        autoencoders: as `draw` takes it.
    """
    norms = select_rows(gradients, network="generator", layer=WHOLE_NETWORK, quantity="gradient_norm")
    levels = rename_autoencoder_to_method(select_rows(autoencoders, layer=WHOLE_NETWORK, quantity="gradient_norm"))
    return (
        f"Gradient norm of the whole generator against the step, {describe_size(methods, datasets, gradients)}. "
        f"Last median: {describe_last_values(norms)}. Autoencoders alone: {describe_last_values(levels)}."
    )


SPEC = FigureSpec(
    draw,
    "Generator gradient norm over training",
    f"A line that falls by decades indicates a vanishing gradient, one that climbs an exploding one. {CURVE_CAPTION} "
    "Dotted: the median gradient norm of all autoencoders of the data set over their own training, to which the claim "
    "refers.",
    describe,
    "answer",
    shows=("vanishing", "explosion"),
    families=DECISIVE,
)
