"""Schedules of the weight of a penalty over the training."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.option_types import Share

#: rounds played: a number, or an int64 tensor () that a captured CUDA graph counts on the device
Step = int | Tensor
#: a number, or a float64 tensor () if the step is a tensor
Factor = float | Tensor
#: rounds played -> factor of the weight
WeightSchedule = Callable[[Step], Factor]


def constant(_rounds: int = 1) -> WeightSchedule:
    """Keep the weight constant."""
    return lambda _step: 1.0


def linear(
    rounds: int, *, start: NonNegativeFloat = 1.0, end: NonNegativeFloat = 0.0, until: Share = 1.0
) -> WeightSchedule:
    """Change the weight linearly until `until`, then keep it.

    Args:
        rounds: rounds of the whole training.
        start: factor at the first round.
        end: factor from `until` on.
        until: share of the training.
    """
    return lambda step: start + (end - start) * compute_progress(step, rounds, until)


def cosine(
    rounds: int, *, start: NonNegativeFloat = 1.0, end: NonNegativeFloat = 0.0, until: Share = 1.0
) -> WeightSchedule:
    """Change the weight along half a cosine (Loshchilov & Hutter 2017, eq. 5), as R3GAN changes γ, then keep it.

    Args:
        rounds: rounds of the whole training.
        start: factor at the first round.
        end: factor from `until` on.
        until: share of the training.
    """

    def compute_factor(step: Step) -> Factor:
        angle = math.pi * compute_progress(step, rounds, until)
        cosine_of_angle = torch.cos(angle) if isinstance(angle, Tensor) else math.cos(angle)
        return end + (start - end) * (1 + cosine_of_angle) / 2

    return compute_factor


def compute_progress(step: Step, rounds: int, until: float = 1.0) -> Factor:
    """Return the share of the first `until` · `rounds` rounds that has been played: 0 to 1.

    Args:
        step: rounds played, a number or a tensor () on a device.
        rounds: rounds of the whole training.
        until: share of the training at which the result reaches 1.
    """
    if isinstance(step, Tensor):
        return (step.double() / (until * rounds)).clamp(max=1.0)
    return min(1.0, step / (until * rounds))


def scale_loss(factor: Factor, loss: Tensor) -> Tensor:
    """Multiply a loss, a scalar, by a factor, which may be a tensor of another type, and keep the loss's type."""
    return factor.to(loss.dtype) * loss if isinstance(factor, Tensor) else factor * loss


#: (rounds) and options -> schedule
WEIGHT_SCHEDULES: dict[str, Callable[..., WeightSchedule]] = {"constant": constant, "linear": linear, "cosine": cosine}
