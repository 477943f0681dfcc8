"""What holds an autoencoder's codes and slopes to something, besides its reconstruction."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def with_slopes(function: Callable[[Tensor], Tensor], inputs: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return f(inputs) and an estimate of ‖∂f/∂input‖²_F, averaged over the N rows and differentiable again.

    Hutchinson's estimator: E‖Jᵀv‖² = ‖J‖²_F for a vector v of independent random signs. One is drawn for each row, so
    the estimate is unbiased whatever their number, and costs one pass backwards instead of one per output.

    Args:
        function: (N, ...) -> (N, ...), row by row.
        inputs: (N, ...); those that depend on parameters keep doing so.
        rng: draws the signs.
    """
    inputs = inputs if inputs.requires_grad else inputs.detach().requires_grad_()
    outputs = function(inputs)
    signs = torch.randint(2, outputs.shape, generator=rng, device=outputs.device).to(outputs.dtype) * 2 - 1
    (products,) = torch.autograd.grad(outputs, inputs, signs, create_graph=True)
    return outputs, products.square().flatten(1).sum(1).mean()


def discrepancy(first: Tensor, second: Tensor, scale: float) -> Tensor:
    """Estimate the squared maximum mean discrepancy of codes (N, D) and (N, D) without bias.

    The kernel is the inverse multiquadratic C / (C + ‖x − y‖²); N is at least 2 (Tolstikhin 2018, algorithm 2).

    Args:
        first: codes.
        second: codes.
        scale: C of the kernel.
    """

    def kernel(x: Tensor, y: Tensor) -> Tensor:
        distances = x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.T  # squared
        return scale / (scale + distances)

    count = len(first)
    within = sum(kernel(codes, codes).sum() - count for codes in (first, second))  # k(x, x) = 1 is no pair
    return within / (count * (count - 1)) - 2 * kernel(first, second).mean()
