"""Figures of many small panels of curves, in titled blocks under one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aegan.figures.curves import compute_limits, draw_curves, find_marks, make_mark_legend, set_value_axis
from aegan.figures.panels import LEGEND_COLUMNS, Tiling, add_method_legend, format_step_axis, make_tiles
from aegan.figures.style import Look, apply_theme, assign_looks


class Panel(NamedTuple):
    """One small chart. Panels of one block that share a scale share their limits.

    Attributes:
        title: what it shows.
        frame: method, seed, step, value.
        scale: log, linear, fraction (0 to 1) or cosine (−1 to 1).
    """

    title: str
    frame: pd.DataFrame
    scale: str


class Block(NamedTuple):
    """A titled group of panels."""

    title: str
    panels: Sequence[Panel]


def make_panel_mark_legend(panels: Sequence[Panel]) -> list[Line2D]:
    """Make the legend entries of the marks that occur in the panels."""
    return make_mark_legend(
        {mark for panel in panels for mark in find_marks(panel.frame, panel.scale == "log")["mark"]}
    )


@apply_theme
def draw_panels(
    blocks: Sequence[Block],
    methods: Sequence[str],
    columns: int,
    format_x_axis: Callable[[Axes], None] = format_step_axis,
) -> Figure:
    """Draw blocks of panels under one another, with one legend on top.

    Args:
        blocks: from top to bottom.
        methods: the methods, in order.
        columns: panels side by side.
        format_x_axis: sets ticks and limits of a horizontal axis.
    """
    panels = [panel for block in blocks for panel in block.panels]
    notes = make_panel_mark_legend(panels)
    present = {str(method) for panel in panels for method in panel.frame["method"].unique()}
    legend = 0.2 + 0.2 * -(-(len(present) + len(notes)) // LEGEND_COLUMNS)
    mixed = any(len({panel.scale for panel in block.panels}) > 1 for block in blocks)
    size = Tiling(columns, height=1.3 if columns > 3 else 1.8, gap=0.5 if mixed else 0.22)
    figure, all_axes = make_tiles([(block.title, len(block.panels)) for block in blocks], size, legend)
    add_method_legend(figure, assign_looks(methods), present, notes)
    for block, axes in zip(blocks, all_axes, strict=True):
        _draw_block(block, axes, assign_looks(methods), columns)
        for own in axes:
            format_x_axis(own)
    return figure


def _draw_block(block: Block, all_axes: Sequence[Axes], looks: dict[str, Look], columns: int) -> None:
    values = {panel.scale: pd.Series(dtype=float) for panel in block.panels}
    for panel in block.panels:
        values[panel.scale] = pd.concat([values[panel.scale], panel.frame["value"]])
    for place, (panel, axes) in enumerate(zip(block.panels, all_axes, strict=True)):
        set_value_axis(axes, panel.scale, compute_limits(values[panel.scale], panel.scale))
        draw_curves(axes, panel.frame, looks, panel.scale)
        axes.set_title(panel.title)
        axes.tick_params(labelleft=place % columns == 0 or block.panels[place - 1].scale != panel.scale)
