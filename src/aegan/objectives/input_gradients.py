"""Gradients of a discriminator in its input, as gradient penalties need them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from aegan.objectives.noise import draw_like

#: data (N, ...) -> logits (N,), or (N / m,) where m samples are judged together
Discriminator = Callable[[Tensor], Tensor]


def compute_input_gradients(discriminator: Discriminator, data: Tensor) -> Tensor:
    """Compute the gradient ∇ₓD(x) of every logit in its own input, differentiable again.

    The result stays differentiable in the parameters that `data` depend on.

    Args:
        discriminator: data to logits (L,).
        data: (N, ...).

    Returns:
        (L, numbers per logit).
    """
    data = data if data.requires_grad else data.detach().requires_grad_()
    logits = discriminator(data)
    (gradient,) = torch.autograd.grad(logits.sum(), data, create_graph=True)
    return gradient.reshape(len(logits), -1)


def compute_mean_squared_norm(discriminator: Discriminator, data: Tensor) -> Tensor:
    """Compute E‖∇ₓD(x)‖² over data (N, ...), ()."""
    return compute_input_gradients(discriminator, data).square().sum(1).mean()


def interpolate_samples(real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    """Draw a point x̂ uniformly on the line from each fake to its real sample.

    Args:
        real: (N, ...).
        fake: (N, ...).
        rng: draws the positions.

    Returns:
        (N, ...).
    """
    position = draw_like(torch.rand, real, rng, (len(real), *[1] * (real.ndim - 1)))
    return position * real + (1 - position) * fake


def compute_gradient_norms(discriminator: Discriminator, data: Tensor) -> Tensor:
    """Compute ‖∇ₓD(x)‖ of every logit (L,) of data (N, ...)."""
    norms: Tensor = torch.linalg.vector_norm(compute_input_gradients(discriminator, data), dim=1)
    return norms
