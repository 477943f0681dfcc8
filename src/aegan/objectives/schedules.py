"""How the weight of a penalty changes over the training."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, NonNegativeFloat

#: rounds played -> factor
Weight = Callable[[int], float]

Share = Annotated[float, Field(gt=0, le=1)]


def constant(_rounds: int = 1) -> Weight:
    """Keep the weight as it is."""
    return lambda _step: 1.0


def linear(rounds: int, *, start: NonNegativeFloat = 1.0, end: NonNegativeFloat = 0.0, until: Share = 1.0) -> Weight:
    """Change the weight at a steady pace, and keep it at the end.

    Args:
        start: factor at the first round.
        end: factor from `until` on.
        until: share of the training.
    """
    return lambda step: start + (end - start) * passed(step, rounds, until)


def cosine(rounds: int, *, start: NonNegativeFloat = 1.0, end: NonNegativeFloat = 0.0, until: Share = 1.0) -> Weight:
    """Change the weight along half a cosine (Loshchilov & Hutter 2017, eq. 5), as R3GAN does its γ, and keep it.

    Args:
        start: factor at the first round.
        end: factor from `until` on.
        until: share of the training.
    """
    return lambda step: end + (start - end) * (1 + math.cos(math.pi * passed(step, rounds, until))) / 2


def passed(step: int, rounds: int, until: float = 1.0) -> float:
    """Return which share of the time from the first round to `until` of all rounds has passed: 0 to 1."""
    return min(1.0, step / (until * rounds))


#: (rounds) and options to a weight.
WEIGHTS: dict[str, Callable[..., Weight]] = {"constant": constant, "linear": linear, "cosine": cosine}
