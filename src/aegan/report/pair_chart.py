"""A small chart of paired values: a line from each value of the baseline to that of the method, drawn as SVG."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aegan.figures.numbers import format_number

WIDTH, HEIGHT = 220, 120  #: of the chart, in units of the SVG
LEFT, RIGHT, TOP, BOTTOM = 60, 190, 14, 98  #: where values are drawn; infinite ones lie `BEYOND` outside
BEYOND = 10


class PairChart(NamedTuple):
    """The parts of a chart, in units of the SVG: x from the left, y from the top.

    Attributes:
        lines: y of the baseline's value and y of the method's, for each pair that has both values.
        ends: (y, text) of the labels of the axis: the largest and smallest finite value, and infinity.
        missing: number of pairs without both values.
    """

    lines: list[tuple[float, float]]
    ends: list[tuple[float, str]]
    missing: int


def draw_pairs(baseline: np.ndarray, values: np.ndarray) -> PairChart:
    """Draw pairs of values; infinite values lie beyond the ends of the axis, pairs with a missing value are counted.

    Args:
        baseline: values (n,) of the baseline.
        values: values (n,) of the method.
    """
    pairs = np.stack([baseline, values], axis=1)  # (n, 2)
    complete = pairs[~np.isnan(pairs).any(axis=1)]
    finite = complete[np.isfinite(complete)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    span = high - low
    share = (complete - low) / span if span else np.where(np.isfinite(complete), 0.5, complete)
    places = np.clip(BOTTOM - share * (BOTTOM - TOP), TOP - BEYOND, BOTTOM + BEYOND)
    ends = {high: float(TOP), low: float(BOTTOM)} if span else {low: (TOP + BOTTOM) / 2} if len(finite) else {}
    beyond = {np.inf: float(TOP - BEYOND), -np.inf: float(BOTTOM + BEYOND)}
    ends |= {value: place for value, place in beyond.items() if (complete == value).any()}
    return PairChart(
        [(round(float(one), 1), round(float(other), 1)) for one, other in places],
        [(place, format_number(value)) for value, place in ends.items()],
        len(pairs) - len(complete),
    )
