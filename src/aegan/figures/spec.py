"""One figure of the catalogue, and the words that several captions share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from aegan.analysis.study_schema import Study

CURVES = (
    "Line: the median seed; band: the lowest to the highest seed. Zero, infinite and lost seeds are marked at the edge."
)


class Entry(NamedTuple):
    """One figure of the catalogue.

    Attributes:
        draw: study -> Figure.
        title: what the figure shows.
        caption: how to read it.
        alt: its alternative text; the names in braces are those of `facts`.
    """

    draw: Callable[[Study], Figure]
    title: str
    caption: str
    alt: str
