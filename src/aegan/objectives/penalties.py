"""Penalties on the discriminator's slopes. Each has one signature, so that any goes with any loss."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import PositiveFloat
from torch import Tensor

#: data (N, ...) -> logits, (N,) or one for every m that are judged together
Judge = Callable[[Tensor], Tensor]

#: (judge, real (N, ...), fake (N, ...), rng) -> scalar, added to the discriminator's loss.
Penalty = Callable[[Judge, Tensor, Tensor, torch.Generator], Tensor]


def slopes(judge: Judge, data: Tensor) -> Tensor:
    """Return the slope of every logit in what it was judged on, (logits, numbers per logit), differentiable again.

    Data that depend on parameters keep doing so; data that do not are left without gradients.
    """
    data = data if data.requires_grad else data.detach().requires_grad_()
    logits = judge(data)
    (slope,) = torch.autograd.grad(logits.sum(), data, create_graph=True)
    return slope.reshape(len(logits), -1)


def _zero_centred(judge: Judge, data: Tensor) -> Tensor:
    """Return E‖∇ₓD(x)‖²."""
    return slopes(judge, data).square().sum(1).mean()


def r1(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on real data, γ/2 · E‖∇ₓD(x)‖² (Mescheder 2018, eq. 9).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda judge, real, _fake, _rng: gamma / 2 * _zero_centred(judge, real)


def r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalty on fakes, γ/2 · E‖∇ₓD(G(z))‖² (Mescheder 2018, eq. 10).

    Args:
        gamma: weight γ; it scales with the square of the pixel range, here [0, 1].
    """
    return lambda judge, _real, fake, _rng: gamma / 2 * _zero_centred(judge, fake)


def r1_r2(*, gamma: PositiveFloat = 1.0) -> Penalty:
    """Zero-centred gradient penalties on real data and on fakes, of the same weight, as in R3GAN (Huang 2024).

    Args:
        gamma: weight γ of each; it scales with the square of the pixel range, here [0, 1].
    """
    on_real, on_fakes = r1(gamma=gamma), r2(gamma=gamma)
    return lambda *shown: on_real(*shown) + on_fakes(*shown)


def gp(*, weight: PositiveFloat = 10.0) -> Penalty:
    """Gradient penalty of the WGAN-GP, λ · E(‖∇ₓD(x̂)‖ − 1)² between real data and fakes (Gulrajani 2017, eq. 3).

    Each x̂ lies on the line from a fake to a real, at a place drawn evenly.

    Args:
        weight: weight λ.
    """

    def penalty(judge: Judge, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
        place = torch.rand(len(real), *[1] * (real.ndim - 1), generator=rng, device=real.device, dtype=real.dtype)
        between = place * real + (1 - place) * fake
        norms: Tensor = torch.linalg.vector_norm(slopes(judge, between), dim=1)
        return weight * (norms - 1).square().mean()

    return penalty


PENALTIES: dict[str, Callable[..., Penalty]] = {"r1": r1, "r2": r2, "r1_r2": r1_r2, "gp": gp}
