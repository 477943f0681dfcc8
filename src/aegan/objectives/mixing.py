"""Weights between the terms of a loss that follow from the terms' gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

#: the largest factor, as in VQGAN's published code
MAX_FACTOR = 1e4


def scale_to_share(
    term: Tensor, rest: Tensor, weights: Sequence[Tensor], share: float, differentiable: bool = False
) -> Tensor:
    """Scale a term of a loss so that it has a share of the gradient: ‖λ∇term‖ / (‖λ∇term‖ + ‖∇rest‖) = share.

    λ = share / (1 − share) · ‖∇rest‖ / (‖∇term‖ + 10⁻⁶), at most 10⁴, is VQGAN's adaptive weight (Esser 2021, eq. 7).
    It is detached: the gradient of the result is λ∇term. λ becomes 0 with the gradient of the rest.

    Args:
        term: the term (), with its graph.
        rest: the other terms' sum (), with its graph.
        weights: the parameters (…) by which both are differentiated: those of a last layer.
        share: of the term, between 0 and 1.
        differentiable: whether λ∇term can be differentiated with all that it depends on: λ, too, changes with the
            parameters, from one step of a training to the next.
    """
    own, other = (measure_gradient(loss, weights, differentiable) for loss in (term, rest))
    factor = (share / (1 - share) * other / (own + 1e-6)).clamp(max=MAX_FACTOR)
    scaled: Tensor = _HeldFactor.apply(factor.to(term.dtype), term)  # type: ignore[no-untyped-call]
    return scaled


def measure_gradient(loss: Tensor, weights: Sequence[Tensor], differentiable: bool = False) -> Tensor:
    """Return ‖∇loss‖ by some parameters, a float64 scalar; the graph of the loss is kept.

    Args:
        loss: ().
        weights: the parameters (…).
        differentiable: whether the norm has a graph.
    """
    gradients = torch.autograd.grad(
        loss, weights, retain_graph=True, create_graph=differentiable, materialize_grads=True
    )
    parts = [torch.linalg.vector_norm(own, dtype=torch.float64) for own in gradients]
    norm: Tensor = torch.linalg.vector_norm(torch.stack(parts))  # which has a derivative, 0, where all are 0
    return norm


class _HeldFactor(torch.autograd.Function):
    """λ · x with the gradient λ in x and none in λ; the gradient can be differentiated in λ."""

    @staticmethod
    def forward(ctx: Any, factor: Tensor, value: Tensor) -> Tensor:
        """Multiply two scalars ()."""
        ctx.save_for_backward(factor)
        return factor * value

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor]:
        """Pass on the gradient () of the product to the value alone."""
        (factor,) = ctx.saved_tensors
        return None, factor * gradient
