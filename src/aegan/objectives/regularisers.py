"""Regularisers of codes and their maps: a Jacobian's norm, the discrepancy from a prior, the likeness of a batch."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize


def estimate_jacobian_norm(
    function: Callable[[Tensor], Tensor], inputs: Tensor, rng: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return f(inputs) and an estimate of ‖∂f/∂input‖²_F, averaged over the N samples and differentiable again.

    Hutchinson's estimator: E‖Jᵀv‖² = ‖J‖²_F for a vector v of independent random signs. One v is drawn per sample, so
    the estimate is unbiased and costs one backward pass instead of one per output.

    Args:
        function: (N, ...) -> (N, ...), sample by sample.
        inputs: (N, ...); the result stays differentiable in the parameters that they depend on.
        rng: draws the signs.

    Returns:
        The outputs (N, ...) and the mean of the squared norms ().
    """
    inputs = inputs if inputs.requires_grad else inputs.detach().requires_grad_()
    outputs = function(inputs)
    signs = torch.randint(2, outputs.shape, generator=rng, device=outputs.device).to(outputs.dtype) * 2 - 1
    (products,) = torch.autograd.grad(outputs, inputs, signs, create_graph=True)
    return outputs, products.square().flatten(1).sum(1).mean()


def estimate_squared_mmd(first: Tensor, second: Tensor, scale: float) -> Tensor:
    """Estimate the squared maximum mean discrepancy (MMD²) of two samples of codes without bias, ().

    The kernel is the inverse multiquadratic C / (C + ‖x − y‖²); N is at least 2 (Tolstikhin 2018, algorithm 2).

    Args:
        first: codes (N, D).
        second: codes (N, D).
        scale: C of the kernel.
    """

    def kernel(x: Tensor, y: Tensor) -> Tensor:
        distances = x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.T  # squared
        return scale / (scale + distances.clamp(min=0))  # rounding

    count = len(first)
    within = sum(kernel(codes, codes).sum() - count for codes in (first, second))  # without k(x, x) = 1
    return within / (count * (count - 1)) - 2 * kernel(first, second).mean()


def pulling_away_term(codes: Tensor) -> Tensor:
    """Mean squared cosine () between the codes (N, D) of different samples, N ≥ 2 (EBGAN, Zhao 2017, eq. 4).

    It is 0 for orthogonal codes and 1 for codes on one line through the origin.
    """
    count, directions = len(codes), normalize(codes)
    cosines = directions @ directions.T
    return (cosines.square().sum() - cosines.diagonal().square().sum()) / (count * (count - 1))
