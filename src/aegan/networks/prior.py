"""`Mixture`: the prior that new codes are drawn from, a Gaussian or a mixture of Gaussians."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Mixture(nn.Module):
    """A mixture of K Gaussians in D dimensions; K = 1 is a single Gaussian.

    Args:
        weights: (K,) probabilities of the components.
        means: (K, D) means.
        scales: (K, D, D) lower Cholesky factors of the covariances.
    """

    weights: Tensor
    means: Tensor
    scales: Tensor

    def __init__(self, weights: Tensor, means: Tensor, scales: Tensor) -> None:
        super().__init__()
        self.register_buffer("weights", weights)
        self.register_buffer("means", means)
        self.register_buffer("scales", scales)

    @classmethod
    def standard_normal(cls, code: int) -> Mixture:
        """Make the standard normal distribution of codes (N, code)."""
        return cls(torch.ones(1), torch.zeros(1, code), torch.eye(code).unsqueeze(0))

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Draw codes (count, D) from `rng`, in float32 also if the prior is in float64, so that both have the same."""
        means = self.means
        noise = torch.randn(count, means.shape[1], generator=rng, device=means.device, dtype=torch.float32).to(means)
        if len(self.weights) == 1:
            return means + noise @ self.scales[0].T
        component = torch.multinomial(self.weights.float(), count, replacement=True, generator=rng)
        return means[component] + torch.einsum("nij,nj->ni", self.scales[component], noise)
