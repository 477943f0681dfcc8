"""What the decision table decides: each question by its name in the config, apart from the code that answers it."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Question(NamedTuple):
    """A question that is asked of every method and its baseline.

    Args:
        about: what it tells of: vanishing, explosion, conditioning, coverage, quality or cost.
        name: how tables and figures call it.
        unit: unit of the effect.
        better: which direction is better.
        margin: the key of the section `report` that holds the smallest effect that matters.
        counted: whether values are counted rather than sampled, so that nothing is left to test.
    """

    about: str
    name: str
    unit: str
    better: Literal["lower", "higher"]
    margin: str
    counted: bool = False


QUESTIONS = {
    "lost": Question("vanishing", "generator's gradient lost", "decades", "lower", "gradient_margin"),
    "fresh_lost": Question(
        "vanishing", "gradient lost to a fresh discriminator", "decades", "lower", "gradient_margin"
    ),
    "grown": Question("explosion", "generator's gradient grown", "decades", "lower", "gradient_margin"),
    "fresh_grown": Question(
        "explosion", "gradient grown before a fresh discriminator", "decades", "lower", "gradient_margin"
    ),
    "conditioning": Question("conditioning", "generator's condition number", "decades", "lower", "conditioning_margin"),
    "coverage": Question("coverage", "coverage", "fraction", "higher", "coverage_margin"),
    "fd": Question("quality", "FD-cls", "decades", "lower", "quality_margin"),
    "flops": Question("cost", "arithmetic", "decades", "lower", "cost_margin", counted=True),
}
