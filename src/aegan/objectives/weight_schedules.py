"""How the weight of a penalty changes over the training."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import torch
from pydantic import Field, NonNegativeFloat
from torch import Tensor

#: rounds played: a number, or one that is counted on a device, () int64, where no host tells it
Step = int | Tensor
Factor = float | Tensor
#: rounds played -> factor; rounds that are counted on a device give a factor there
Weight = Callable[[Step], Factor]

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

    def weight(step: Step) -> Factor:
        angle = math.pi * passed(step, rounds, until)
        turned = torch.cos(angle) if isinstance(angle, Tensor) else math.cos(angle)
        return end + (start - end) * (1 + turned) / 2

    return weight


def passed(step: Step, rounds: int, until: float = 1.0) -> Factor:
    """Return which share of the time from the first round to `until` of all rounds has passed: 0 to 1."""
    if isinstance(step, Tensor):
        return (step.double() / (until * rounds)).clamp(max=1.0)
    return min(1.0, step / (until * rounds))


def weighted(factor: Factor, loss: Tensor) -> Tensor:
    """Multiply a loss () by a factor and keep its type, wherever the factor was computed."""
    return factor.to(loss.dtype) * loss if isinstance(factor, Tensor) else factor * loss


#: (rounds) and options to a weight.
WEIGHTS: dict[str, Callable[..., Weight]] = {"constant": constant, "linear": linear, "cosine": cosine}
