"""Specification of a figure: how it is drawn, title, caption, alternative text, and section of the report."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from aegan.figures.families import PRIMARY

#: fields of a study with rows or arrays of each method on each data set
OF_METHODS = (
    *("gradients", "verdicts", "quality", "cost", "decisions", "samples", "qualitative_samples"),
    *("probe", "dynamics", "diagnosis", "mechanism"),
)


class FigureSpec(NamedTuple):
    """One figure of a study.

    The parameters of `draw` and `alt` are named like the fields of the study that they need, so that a figure declares
    its inputs without importing the study's schema.

    Attributes:
        draw: tables, arrays or sequences of a study -> the figure.
        title: what the figure shows.
        caption: how to read it.
        alt: tables, arrays or sequences of a study -> the alternative text, for readers who cannot see the figure.
        section: anchor of the report's section that holds the figure.
        shows: the categories of endpoints behind whose values one sees the course here, such as vanishing.
        families: families of comparisons whose methods, with their baselines, are shown of a study of many methods;
            None for all of its methods.
    """

    draw: Callable[..., Figure]
    title: str
    caption: str
    alt: Callable[..., str]
    section: str
    shows: tuple[str, ...] = ()
    families: tuple[str, ...] | None = (PRIMARY,)

    @property
    def is_of_methods(self) -> bool:
        """Whether the figure is drawn from what methods gave, and not from data and autoencoders alone."""
        return not set(inspect.signature(self.draw).parameters).isdisjoint(OF_METHODS)

    def draw_study(self, study: object) -> Figure:
        """Draw the figure of a study, which is any object with the fields that `draw` names."""
        return self.draw(**_collect_arguments(self.draw, study))

    def describe_study(self, study: object) -> str:
        """Write the alternative text for a study, which is any object with the fields that `alt` names."""
        return self.alt(**_collect_arguments(self.alt, study))


def _collect_arguments(function: Callable[..., object], study: object) -> dict[str, Any]:
    return {name: getattr(study, name) for name in inspect.signature(function).parameters}
