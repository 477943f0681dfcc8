"""Weights between the terms of a loss that follow from the terms' gradients."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

#: the largest factor, as in VQGAN's published code
MAX_FACTOR = 1e4


def scale_to_share(term: Tensor, rest: Tensor, weights: Sequence[Tensor], share: float) -> Tensor:
    """Scale a term of a loss so that it has a share of the gradient: ‖λ∇term‖ / (‖λ∇term‖ + ‖∇rest‖) = share.

    λ = share / (1 − share) · ‖∇rest‖ / (‖∇term‖ + 10⁻⁶), at most 10⁴, is VQGAN's adaptive weight (Esser 2021, eq. 7).
    It is detached: no gradient flows through it. λ becomes 0 with the gradient of the rest.

    Args:
        term: the term (), with its graph.
        rest: the other terms' sum (), with its graph.
        weights: the parameters (…) by which both are differentiated: those of a last layer.
        share: of the term, between 0 and 1.
    """
    own, other = (measure_gradient(loss, weights) for loss in (term, rest))
    factor = (share / (1 - share) * other / (own + 1e-6)).clamp(max=MAX_FACTOR)
    return factor.to(term.dtype) * term


def measure_gradient(loss: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Return ‖∇loss‖ by some parameters (…), a float64 scalar; the graph of the loss () is kept."""
    gradients = torch.autograd.grad(loss, weights, retain_graph=True, materialize_grads=True)
    parts = [torch.linalg.vector_norm(own, dtype=torch.float64) for own in gradients]
    return torch.stack(parts).square().sum().sqrt()
