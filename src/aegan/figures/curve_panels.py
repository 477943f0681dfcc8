"""Figures of many small panels of curves, in titled blocks under one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isclose
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aegan.figures.curves import compute_limits, draw_curves, find_marks, make_mark_legend, set_value_axis
from aegan.figures.numbers import format_number
from aegan.figures.panels import (
    DETAIL_WIDTH,
    WIDTH,
    add_method_legend,
    count_legend_columns,
    draw_message,
    format_step_axis,
)
from aegan.figures.style import Look, apply_theme, assign_looks
from aegan.figures.tiles import Tiling, make_tiles


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


def describe_flatness(panels: Sequence[Panel]) -> str:
    """Describe the values of panels in which nothing can be seen; "" if something can be.

    Nothing can be seen if all values are equal, up to rounding. Marks at the edge of a panel can be seen.
    """
    if any(len(find_marks(panel.frame, panel.scale == "log")) for panel in panels):
        return ""
    values = pd.concat([panel.frame["value"] for panel in panels])
    low, high = float(values.min()), float(values.max())
    return f"every value is {format_number(low)}" if isclose(low, high, rel_tol=1e-9, abs_tol=1e-12) else ""


def draw_visible_panels(
    blocks: Sequence[Block],
    methods: Sequence[str],
    columns: int,
    missing: str,
    format_x_axis: Callable[[Axes], None] = format_step_axis,
    width: float = DETAIL_WIDTH,
) -> Figure:
    """Draw blocks of panels like `draw_panels`, or write why there is nothing to see.

    Of a figure in which something can be seen, the panels in which nothing can are left out, and a note names them.

    Args:
        blocks: from top to bottom.
        methods: the methods, in order.
        columns: panels side by side.
        missing: the reason if there are no blocks.
        format_x_axis: sets ticks and limits of a horizontal axis.
        width: of the figure, in inches.
    """
    panels = [panel for block in blocks for panel in block.panels]
    if reason := describe_flatness(panels) if panels else missing:
        return draw_message(reason)
    shown, note = leave_out_flat_panels(blocks)
    return draw_panels(shown, methods, columns, format_x_axis, width, note)


def leave_out_flat_panels(blocks: Sequence[Block]) -> tuple[list[Block], str]:
    """Leave out the panels in which nothing can be seen, and the blocks that then have none.

    Returns:
        The blocks that are left, and a note on the panels that are not; "" if all are.
    """
    shown, notes = list[Block](), list[str]()
    for block in blocks:
        reasons = {panel.title: reason for panel in block.panels if (reason := describe_flatness([panel]))}
        left = [panel for panel in block.panels if panel.title not in reasons]
        shown += [Block(block.title, left)] if left else []
        panels = (f"{title} ({reason})" for title, reason in reasons.items())
        notes += [f"{block.title}: {', '.join(panels)}"] if reasons else []
    return shown, f"Left out, because nothing can be seen: {'; '.join(notes)}." if notes else ""


@apply_theme
def draw_panels(
    blocks: Sequence[Block],
    methods: Sequence[str],
    columns: int,
    format_x_axis: Callable[[Axes], None] = format_step_axis,
    width: float = WIDTH,
    note: str = "",
) -> Figure:
    """Draw blocks of panels under one another, with one legend on top.

    Args:
        blocks: from top to bottom.
        methods: the methods, in order.
        columns: panels side by side.
        format_x_axis: sets ticks and limits of a horizontal axis.
        width: of the figure, in inches.
        note: below the panels; "" for none.
    """
    panels = [panel for block in blocks for panel in block.panels]
    notes = make_panel_mark_legend(panels)
    present = {str(method) for panel in panels for method in panel.frame["method"].unique()}
    legend = 0.2 + 0.2 * -(-(len(present) + len(notes)) // count_legend_columns(width))
    mixed = any(len({panel.scale for panel in block.panels}) > 1 for block in blocks)
    small = columns > 3 or width < WIDTH
    size = Tiling(columns, height=1.3 if small else 1.8, gap=0.5 if mixed else 0.22, width=width)
    figure, all_axes = make_tiles([(block.title, len(block.panels)) for block in blocks], size, legend, note=note)
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
