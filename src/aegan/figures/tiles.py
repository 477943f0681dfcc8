"""Blocks of panels at computed positions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.panels import WIDTH
from aegan.figures.style import MUTED

#: inches: width of a character of a title and of a note, and height of their lines
CHARACTER, NOTE_CHARACTER, LINE = 0.085, 0.066, 0.17


class Tiling(NamedTuple):
    """Sizes in inches of blocks of panels; positions are computed: a layout solver is slow for forty panels."""

    columns: int
    height: float = 1.8  # of a panel
    gap: float = 0.22  # between two panels
    left: float = 0.62
    right: float = 0.15
    head: float = 0.58  # the title of a block and of its first panels
    foot: float = 0.5  # ticks and the titles of the panels below
    width: float = WIDTH  # of the figure


def make_tiles(
    blocks: Sequence[tuple[str, int]], size: Tiling, top: float, heights: Sequence[float] = (), note: str = ""
) -> tuple[Figure, list[list[Axes]]]:
    """Make a figure of blocks of panels under one another, `top` inches below its upper edge, with a note at its end.

    Args:
        blocks: the title and the number of panels of each block.
        size: columns and sizes.
        top: room for a legend, in inches.
        heights: heights of the panels of each block, in inches, where blocks differ from `size`.
        note: the note; "" for none.

    Returns:
        The figure, and the axes of each block in order of reading.
    """
    titles = [textwrap.wrap(title, int(size.width / CHARACTER)) for title, _ in blocks]
    heads = [size.head + LINE * (len(lines) - 1) for lines in titles]
    sizes = [size._replace(height=own) for own in heights or [size.height] * len(blocks)]
    tall = [-(-count // size.columns) * (own.height + size.foot) for (_, count), own in zip(blocks, sizes, strict=True)]
    written = textwrap.wrap(note, int(size.width / NOTE_CHARACTER))
    height = top + sum(heads) + sum(tall) + (LINE * (len(written) + 1) if written else 0)
    figure = Figure(figsize=(size.width, height))
    all_axes, above = [], height - top
    for lines, head, (_, count), own, panels in zip(titles, heads, blocks, sizes, tall, strict=True):
        x, y = 0.1 / size.width, (above - 0.05) / height
        figure.text(x, y, "\n".join(lines), va="top", fontweight="bold", fontsize=10)
        all_axes.append([_place(figure, place, above - head, own) for place in range(count)])
        above -= head + panels
    if written:
        figure.text(0.1 / size.width, 0.5 * LINE / height, "\n".join(written), va="bottom", color=MUTED, fontsize=8)
    return figure, all_axes


def _place(figure: Figure, place: int, top: float, size: Tiling) -> Axes:
    row, column = divmod(place, size.columns)
    width = (size.width - size.left - size.right - (size.columns - 1) * size.gap) / size.columns
    x, y = size.left + column * (width + size.gap), top - row * (size.height + size.foot) - size.height
    height = figure.get_figheight()
    return figure.add_axes((x / size.width, y / height, width / size.width, size.height / height))
