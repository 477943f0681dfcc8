"""Signal and noise of minibatch gradients.

The gradient signal-to-noise ratio GSNR = ‖E g‖² / tr Cov g over minibatches is the inverse of the simple noise scale of
McCandlish et al. 2018, for minibatches in place of examples. The estimate uses the mean of B gradients for E g, so a
gradient that is pure noise reads 1/B, not 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.probes.snapshot import ProbeSnapshot, Readings, add_whole_network, group_by_layer


def signal_to_noise_ratio(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """Return the GSNR of B minibatch gradients, each one tensor (…) per parameter; float64 scalar, NaN for B = 1."""
    power, noise = _moments(gradients).sum(0).unbind()
    return power / noise


def gradient_variance(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """Return the unbiased estimate of tr Cov g from B minibatch gradients (…); float64 scalar, NaN for B = 1."""
    return _moments(gradients)[:, 1].sum()


def measure_signal_to_noise(snapshot: ProbeSnapshot) -> Readings:
    """Measure the GSNR over the probe batches, per layer and over the whole network."""
    moments = _moments(snapshot.gradients)
    readings: Readings = {}
    for layer, positions in add_whole_network(group_by_layer(snapshot.module)).items():
        power, noise = moments[positions].sum(0).unbind()
        readings[layer, "gsnr"] = power / noise
    return readings


def _moments(gradients: Sequence[Sequence[Tensor]]) -> Tensor:
    """Return (parameters, 2): the squared norm of the mean gradient, and the trace of the covariance."""
    return torch.stack([_power_and_noise(samples) for samples in zip(*gradients, strict=True)])


def _power_and_noise(samples: Sequence[Tensor]) -> Tensor:
    """Return (2,). Two passes, because a single one cancels if the noise is small; float64 for small squares."""
    mean = torch.zeros_like(samples[0], dtype=torch.float64)
    for sample in samples:
        mean += sample
    mean /= len(samples)
    squares = torch.stack([torch.linalg.vector_norm(sample - mean) for sample in samples]).square()
    return torch.stack([torch.linalg.vector_norm(mean).square(), squares.sum() / (len(samples) - 1)])
