"""Penalties on the discriminator. Each has one signature, so that any goes with any loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

#: (discriminator, real (N, ...), fake (N, ...), rng) -> scalar, added to the discriminator's loss.
Penalty = Callable[[nn.Module, Tensor, Tensor, torch.Generator], Tensor]


def r1(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on real data, γ/2 · E‖∇ₓD(x)‖² (Mescheder 2018, eq. 9).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """

    def penalty(discriminator: nn.Module, real: Tensor, _fake: Tensor, _rng: torch.Generator) -> Tensor:
        real = real.detach().requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
        return gamma / 2 * slope.square().flatten(1).sum(1).mean()

    return penalty


PENALTIES: dict[str, Callable[..., Penalty]] = {"r1": r1}
