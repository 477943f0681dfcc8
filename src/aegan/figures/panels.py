"""Pieces that figures share: sizes, legends, and the polite panel that says why there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from aegan.figures.numbers import decade, short
from aegan.figures.style import MUTED, Look, styled

WIDTH = 9.6  # inches, of every figure
LEGEND_COLUMNS = 7


def sheet(height: float, pad: float = 0.04) -> Figure:
    """Make an empty figure, `height` inches high, that keeps its axes `pad` inches and more apart."""
    return Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=pad))


@styled
def nothing(reason: str) -> Figure:
    """Draw a panel that says why there is nothing to show."""
    figure = sheet(1.2)
    figure.text(0.5, 0.5, reason, ha="center", va="center", color=MUTED, style="italic")
    return figure


def grid(rows: int, columns: int, height: float, extra: float = 0.5) -> tuple[Figure, np.ndarray]:
    """Make a figure of rows × columns axes, `height` inches a row; returns it with its (rows, columns) axes."""
    figure = sheet(rows * height + extra)
    return figure, figure.subplots(rows, columns, squeeze=False)


def key(figure: Figure, looks: dict[str, Look], shown: Iterable[str], notes: Sequence[Line2D] = ()) -> None:
    """Put the methods' legend above the figure, in the order of the study, with notes on marks after it."""
    present = set(shown)
    lines = [
        Line2D([], [], color=look.colour, linestyle=look.dash, label=method)
        for method, look in looks.items()
        if method in present
    ]
    figure.legend(handles=[*lines, *notes], loc="upper left", ncols=LEGEND_COLUMNS, handlelength=2.2, columnspacing=1.6)


def name_rows(axes: Axes, names: Sequence[str], labels: bool = True) -> None:
    """Give a horizontal chart one row per name, the first on top."""
    axes.set_yticks(range(len(names)), names if labels else [""] * len(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", labelsize=9)


def log_ticks(axis: Axis, span: tuple[float, float]) -> None:
    """Label a logarithmic axis from `span[0]` to `span[1]`: decades, and numbers between them where there are few."""
    wide = span[1] / span[0]
    subs = (1, 2, 5) if wide < 30 else (1, 3) if wide < 1000 else (1,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if wide < 1000 else decade(value)))
    axis.set_minor_locator(NullLocator())


def bare(axes: Axes) -> None:
    """Hide ticks, spines and grid of axes that hold a picture."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
