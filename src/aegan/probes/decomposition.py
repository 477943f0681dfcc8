"""Decompose a generator's gradient into factors of the loss, of the discriminator and of the generator.

For a loss L of logits a at fakes x, the chain rule gives ∇θ L = E[s(a) · J_θᵀ ∇ₓa] with the slope s of the loss, the
discriminator's input gradient ∇ₓa and the generator's Jacobian J_θ. Arjovsky & Bottou 2017 measure the product alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from aegan.probes.preserved_state import preserve_state
from aegan.probes.snapshot import joint_norm


class Decomposition(NamedTuple):
    """A gradient and its three factors: norm = slope · field · gain. The numbers are float64 scalars."""

    gradients: tuple[Tensor, ...]  #: ∂L/∂θ, one tensor per parameter
    loss: Tensor  #: L
    slope: Tensor  #: E|s|, the mean slope of the loss
    field: Tensor  #: rms‖p‖ / E|s|, the size of ∇ₓa weighted by the slopes
    gain: Tensor  #: ‖∂L/∂θ‖ / rms‖p‖, the factor of the generator
    norm: Tensor  #: ‖∂L/∂θ‖


def decompose_gradient(
    loss: Callable[[Tensor], Tensor],
    discriminator: Callable[[Tensor], Tensor],
    fake: Tensor,
    parameters: Sequence[Tensor],
) -> Decomposition:
    """Decompose a generator's gradient, with one backward pass.

    With M logits, s = M · ∂L/∂a; with N fakes, p = N · ∂L/∂x for each fake, so that ∂L/∂θ is the mean of J_θᵀp. A
    discriminator of packs (Lin 2018) gives M = N/pack logits; then p is `pack` times the slope of its pack times ∂a/∂x,
    and a discriminator that only averages over its pack has the same field as one of single fakes.

    A loss without slope gives slope 0, norm 0 and NaN for the other factors; a discriminator with a zero input gradient
    gives field 0 and gain NaN.

    Args:
        loss: maps logits to a scalar.
        discriminator: maps fakes (N, …) to logits (M,).
        fake: images or codes (N, …), with a graph to the parameters.
        parameters: the generator's parameters.
    """
    with preserve_state(discriminator):
        logits = discriminator(fake)
        value = loss(logits)
        at_logits, at_fake, *gradients = torch.autograd.grad(value, [logits, fake, *parameters], materialize_grads=True)
    slope = torch.linalg.vector_norm(at_logits, ord=1, dtype=torch.float64)
    passed = joint_norm([at_fake]) * len(fake) ** 0.5
    norm = joint_norm(gradients)
    return Decomposition(tuple(gradients), value.detach().double(), slope, passed / slope, norm / passed, norm)
