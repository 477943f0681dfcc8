"""How much of a minibatch gradient is signal.

The gradient signal-to-noise ratio of a network, GSNR = ‖E g‖² / tr Cov g over minibatches, is one over the simple noise
scale of McCandlish 2018, for minibatches in place of examples. The estimate takes the mean of B gradients for
E g, so a gradient that is noise alone reads 1/B, not 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.probes.quantities import ProbeSnapshot, Readings, layers, with_whole


def signal_to_noise(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """GSNR of B minibatch gradients, one tensor per parameter each; NaN for a single one. A float64 scalar."""
    power, noise = _moments(gradients).sum(0).unbind()
    return power / noise


def variance(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """Unbiased estimate of tr Cov g from B minibatch gradients; NaN for a single one. A float64 scalar."""
    return _moments(gradients)[:, 1].sum()


def signal(glimpse: ProbeSnapshot) -> Readings:
    """Gradient signal-to-noise ratio over the probe batches, per layer and over all."""
    moments = _moments(glimpse.gradients)
    readings: Readings = {}
    for layer, positions in with_whole(layers(glimpse.module)).items():
        power, noise = moments[positions].sum(0).unbind()
        readings[layer, "gsnr"] = power / noise
    return readings


def _moments(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """Return (parameters, 2): the squared norm of the mean gradient, and the trace of the covariance."""
    return torch.stack([_power_and_noise(samples) for samples in zip(*gradients, strict=True)])


def _power_and_noise(samples: Sequence[Tensor]) -> Tensor:
    """Two passes, for one would cancel where the noise is small; float64, for small squares underflow."""
    mean = torch.zeros_like(samples[0], dtype=torch.float64)
    for sample in samples:
        mean += sample
    mean /= len(samples)
    squares = torch.stack([torch.linalg.vector_norm(sample - mean) for sample in samples]).square()
    return torch.stack([torch.linalg.vector_norm(mean).square(), squares.sum() / (len(samples) - 1)])
