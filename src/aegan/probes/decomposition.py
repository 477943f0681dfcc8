"""Decompose a generator's gradient into factors of the loss, of the discriminator and of the generator.

For a loss L of logits a at fakes x, the chain rule gives ∇θ L = E[s(a) · J_θᵀ ∇ₓa] with the slope s of the loss, the
discriminator's input gradient ∇ₓa and the generator's Jacobian J_θ. Arjovsky & Bottou 2017 measure the product alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from aegan.errors import InputError
from aegan.probes.contracts import (
    differentiable_kernels,
    enable_autograd,
    explain_mismatch,
    require_data,
    require_loss,
    require_output,
    require_usable,
    select_trainable,
)
from aegan.probes.preserved_state import preserve_state
from aegan.probes.snapshot import joint_norm


class Decomposition(NamedTuple):
    """A gradient and its three factors: norm = slope · field · gain. The numbers are float64 scalars."""

    gradients: tuple[Tensor | None, ...]  #: ∂L/∂θ, one tensor per parameter; None if it does not require grad
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
    """Decompose a generator's gradient, with one backward pass; see `decompose_gradients`.

    Args:
        loss: maps logits to a scalar.
        discriminator: maps fakes (N, …) to logits (M,).
        fake: images or codes (N, …), with a graph to the parameters.
        parameters: the generator's parameters.

    Raises:
        InputError: as for `decompose_gradients`.
    """
    return decompose_gradients([loss], discriminator, fake, parameters)[0]


def decompose_gradients(
    losses: Sequence[Callable[[Tensor], Tensor]],
    discriminator: Callable[[Tensor], Tensor],
    fake: Tensor,
    parameters: Sequence[Tensor],
) -> list[Decomposition]:
    """Decompose a generator's gradients under several losses of the same logits, with one backward pass for each.

    With M logits, s = M · ∂L/∂a; with N fakes, p = N · ∂L/∂x for each fake, so that ∂L/∂θ is the mean of J_θᵀp. A
    discriminator of packs (Lin 2018) gives M = N/pack logits; then p is `pack` times the slope of its pack times ∂a/∂x,
    and a discriminator that only averages over its pack has the same field as one of single fakes.

    A loss without slope gives slope 0, norm 0 and NaN for the other factors; a discriminator with a zero input gradient
    gives field 0 and gain NaN. Parameters that do not require grad have no part in the norm.

    Args:
        losses: each maps logits to a scalar.
        discriminator: maps fakes (N, …) to logits (M,).
        fake: images or codes (N, …), with a graph to the parameters.
        parameters: the generator's parameters.

    Raises:
        InputError: a loss, the logits or the fakes have no graph, no parameter requires grad or made the fakes,
            or a loss is not one number.
    """
    parameters = list(parameters)
    trainable = select_trainable("parameters", parameters)
    require_usable("discriminator", discriminator)
    if not require_data("fake", fake).requires_grad:
        raise InputError("fake", "has no graph to the parameters", "Compute it outside of torch.no_grad, undetached")
    with (
        enable_autograd(),
        preserve_state(discriminator),
        explain_mismatch("fake", fake, discriminator),
        differentiable_kernels(discriminator),
    ):
        logits = require_output("discriminator", discriminator(fake.clone()))  # a first layer may work in place
        values = [require_loss("loss", loss(logits)) for loss in losses]
        inputs = [logits, fake, *trainable]
        found = [torch.autograd.grad(value, inputs, allow_unused=True, retain_graph=True) for value in values]
    return [_factorise(value, of_loss, parameters) for value, of_loss in zip(values, found, strict=True)]


def _factorise(value: Tensor, found: Sequence[Tensor | None], parameters: Sequence[Tensor]) -> Decomposition:
    """Compute the factors of a loss () from its gradients by the logits (M,), the fakes (N, …) and those trainable."""
    at_logits, at_fake, *own = found
    if at_logits is None or at_fake is None:
        where, what = ("loss", "logits") if at_logits is None else ("discriminator", "fakes")
        raise InputError(where, f"does not depend on the {what}", "Remove detach and torch.no_grad inside it")
    if all(gradient is None for gradient in own):
        raise InputError("parameters", "the fakes depend on none of them", "Give those of the generator of the fakes")
    measured = iter(own)
    gradients = [
        (torch.zeros_like(one) if (gradient := next(measured)) is None else gradient) if one.requires_grad else None
        for one in parameters
    ]
    slope = torch.linalg.vector_norm(at_logits, ord=1, dtype=torch.float64)
    passed = joint_norm([at_fake]) * len(at_fake) ** 0.5
    norm = joint_norm([gradient for gradient in gradients if gradient is not None])
    return Decomposition(tuple(gradients), value.detach().double(), slope, passed / slope, norm / passed, norm)
