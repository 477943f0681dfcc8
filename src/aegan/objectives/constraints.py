"""Constraints on the discriminator's weights, applied after each of its moves."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import PositiveFloat
from torch import nn

#: changes a module's weights in place, so that they meet the constraint
Constraint = Callable[[nn.Module], None]


def clip(*, bound: PositiveFloat = 0.01) -> Constraint:
    """Clip every weight to [−bound, bound], as the first WGAN does (Arjovsky 2017, algorithm 1).

    Args:
        bound: the largest absolute value of a weight.
    """

    def constraint(module: nn.Module) -> None:
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.clamp_(-bound, bound)

    return constraint


CONSTRAINTS: dict[str, Callable[..., Constraint]] = {"clip": clip}
