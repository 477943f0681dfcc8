"""Reconstruction terms and the divergence of variational codes."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import mse_loss


def mean_squared_error(reconstruction: Tensor, data: Tensor) -> Tensor:
    """Mean squared difference of (N, ...) and (N, ...) over all numbers, (): the article's MSE, as Keras defines it."""
    return mse_loss(reconstruction, data)


def sum_squared_error(reconstruction: Tensor, data: Tensor) -> Tensor:
    """Sum of squared differences of each sample (N, ...), averaged over N: a Gaussian likelihood of variance 1/2."""
    return (reconstruction - data).square().flatten(1).sum(1).mean()


def gaussian_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, diag exp log_variance) ‖ N(0, I)) of codes (N, D), averaged over N (Kingma & Welling 2014, app. B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
