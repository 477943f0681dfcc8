"""Where a generator's gradient is lost: in the loss, in the discriminator, or in the generator itself.

The chain rule of a loss L of logits a at fakes x is ∇θ L = E[s(a) · J_θᵀ ∇ₓa]: the slope s of the loss, what the
discriminator passes back, and what the generator makes of it. Arjovsky & Bottou 2017 measure their product alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from aegan.probes.preserved_state import untouched
from aegan.probes.quantities import norm


class Decomposition(NamedTuple):
    """A gradient and its three factors: norm = slope · field · gain. The numbers are float64 scalars."""

    gradients: tuple[Tensor, ...]  #: ∂L/∂θ, one tensor per parameter
    loss: Tensor  #: L
    slope: Tensor  #: E|s|, the slope that the loss has left
    field: Tensor  #: rms‖p‖ / E|s|, the size of ∇ₓa as the loss weighs it
    gain: Tensor  #: ‖∂L/∂θ‖ / rms‖p‖, what the generator makes of it
    norm: Tensor  #: ‖∂L/∂θ‖


def decompose(
    loss: Callable[[Tensor], Tensor], judge: Callable[[Tensor], Tensor], fake: Tensor, parameters: Sequence[Tensor]
) -> Decomposition:
    """Take a generator's gradient apart, with one backward pass.

    With M logits, s = M · ∂L/∂a; with N fakes, p = N · ∂L/∂x for each fake, so that ∂L/∂θ is the mean of J_θᵀp. A judge
    of packs (Lin 2018) gives M = N/pack logits; then p is `pack` times the slope of its pack times ∂a/∂x, and a judge
    that merely averages over its pack has the same field as one that judges each fake.

    A loss without slope gives slope 0, norm 0 and NaN for the factors that nothing reached; a judge that passes nothing
    back gives field 0 and gain NaN.

    Args:
        loss: logits to a scalar.
        judge: fakes (N, ...) to logits (M,).
        fake: images or codes (N, ...), with a graph to the parameters.
        parameters: the generator's.
    """
    with untouched(judge):
        logits = judge(fake)
        value = loss(logits)
        at_logits, at_fake, *gradients = torch.autograd.grad(value, [logits, fake, *parameters], materialize_grads=True)
    slope = torch.linalg.vector_norm(at_logits, ord=1, dtype=torch.float64)
    passed = norm([at_fake]) * len(fake) ** 0.5
    size = norm(gradients)
    return Decomposition(tuple(gradients), value.detach().double(), slope, passed / slope, size / passed, size)
