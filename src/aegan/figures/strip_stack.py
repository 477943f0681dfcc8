"""Strips of images and clouds of points below one another, a block for each data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from aegan.figures.images import Strip
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width
from aegan.figures.style import apply_theme

FEWEST = 8  # least number of columns of a row
HEAD = 0.3  # inches above a data set


def draw_strips(strips: Mapping[str, Sequence[Strip]], message: str) -> Figure:
    """Draw the strips of every data set, one below another; if there are none, write the message."""
    present = {dataset: own for dataset, own in strips.items() if own}
    return _draw_present(present) if present else draw_message(message)


@apply_theme
def _draw_present(strips: Mapping[str, Sequence[Strip]]) -> Figure:
    every = [strip for own in strips.values() for strip in own]
    left = estimate_label_width(strip.label for strip in every)
    width = WIDTH - left - estimate_label_width(["", *(note for strip in every for note in strip.notes)]) + 0.15
    stack = Stack(left, width, count_columns(every))
    top = sum(HEAD + stack.compute_height(own) for own in strips.values())
    figure = Figure(figsize=(WIDTH, top))
    for dataset, own in strips.items():
        stack.write_title(figure, top, dataset, own)
        top = stack.draw(figure, top - HEAD, own)
    return figure


def count_columns(strips: Sequence[Strip]) -> dict[bool, float]:
    """Count the tiles that must fit side by side: False -> for strips of pictures, True -> for strips of maps."""
    spans = [(bool(strip.maps), strip.span) for strip in strips if strip.made.ndim == 5]
    return {maps: max([float(FEWEST), *(span for kind, span in spans if kind == maps)]) for maps in (False, True)}


class Stack(NamedTuple):
    """Strips below one another.

    Attributes:
        left: distance of the strips from the left edge of the figure, in inches.
        width: of the strips, in inches.
        columns: what `count_columns` returned.
    """

    left: float
    width: float
    columns: Mapping[bool, float]

    def compute_height(self, strips: Sequence[Strip]) -> float:
        """Return the height of strips with the room above and below them, in inches."""
        return sum(strip.head + self._measure(strip) + strip.gap for strip in strips)

    def _measure(self, strip: Strip) -> float:
        return self.width * strip.compute_height(self.columns[bool(strip.maps)])

    def write_title(self, figure: Figure, top: float, dataset: str, strips: Sequence[Strip]) -> None:
        """Write a data set's name, and how its channels are drawn if not as they are.

        Args:
            figure: the figure.
            top: height above the figure's lower edge, in inches.
            dataset: name of the data set.
            strips: its strips.
        """
        title = " · ".join(filter(None, [dataset, *(strip.about for strip in strips[:1])]))
        x, y = self.left / WIDTH, (top - 0.07) / figure.get_figheight()
        figure.text(x, y, title, va="top", fontweight="bold", fontsize=10)

    def draw(self, figure: Figure, top: float, strips: Sequence[Strip]) -> float:
        """Draw strips below one another, and return where they end, in inches above the figure's lower edge.

        Args:
            figure: the figure.
            top: where the first begins, in inches above the figure's lower edge.
            strips: the strips.
        """
        height = figure.get_figheight()
        for strip in strips:
            tall = self._measure(strip)
            top -= strip.head + tall + strip.gap
            place = (self.left / WIDTH, (top + strip.gap) / height, self.width / WIDTH, tall / height)
            strip.draw(figure.add_axes(place), self.columns[bool(strip.maps)])
        return top
