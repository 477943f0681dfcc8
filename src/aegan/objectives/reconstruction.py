"""Reconstruction terms and the divergence of variational codes."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import mse_loss


def mean_squared_error(reconstruction: Tensor, images: Tensor) -> Tensor:
    """Mean over all numbers of the squared difference: the article's MSE, as Keras defines it."""
    return mse_loss(reconstruction, images)


def squared_error_per_image(reconstruction: Tensor, images: Tensor) -> Tensor:
    """Sum of squared differences of each image, averaged over the batch: a Gaussian likelihood with variance 1/2."""
    return (reconstruction - images).square().flatten(1).sum(1).mean()


def gaussian_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, diag exp log_variance) ‖ N(0, I)) of (N, D) codes, averaged over N (Kingma & Welling 2014, app. B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
