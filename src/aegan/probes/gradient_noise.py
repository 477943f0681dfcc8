"""Signal and noise of minibatch gradients.

The gradient signal-to-noise ratio GSNR = ‖E g‖² / tr Cov g over minibatches is the inverse of the simple noise scale of
McCandlish et al. 2018, for minibatches in place of examples. The estimate uses the mean of B gradients for E g, so a
gradient that is pure noise reads 1/B, not 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.errors import InputError
from aegan.probes.snapshot import Gradients, ProbeSnapshot, Readings, select_gradients

#: entries of a parameter whose gradients are taken together; it bounds the memory in float64
CHUNK_SIZE = 2**20


def signal_to_noise_ratio(gradients: Gradients) -> Tensor:
    """Return the GSNR of B minibatch gradients, each one tensor (…) per parameter; float64 scalar, NaN for B = 1.

    Parameters whose gradient is None, because they do not require grad, are left out.

    Raises:
        InputError: there is no gradient, or the batches differ in number or shapes.
    """
    power, noise = _moments(gradients).sum(0).unbind()
    return power / noise


def gradient_variance(gradients: Gradients) -> Tensor:
    """Return the unbiased estimate of tr Cov g from B minibatch gradients (…); float64 scalar, NaN for B = 1.

    Raises:
        InputError: as for `signal_to_noise_ratio`.
    """
    return _moments(gradients)[:, 1].sum()


def measure_noise(gradients: Gradients) -> dict[str, Tensor]:
    """Return gsnr and gradient_variance (tr Cov g) of B minibatch gradients (…), float64 scalars.

    Raises:
        InputError: as for `signal_to_noise_ratio`.
    """
    power, noise = _moments(gradients).sum(0).unbind()
    return {"gsnr": power / noise, "gradient_variance": noise}


def measure_signal_to_noise(snapshot: ProbeSnapshot) -> Readings:
    """Measure the GSNR over the probe batches, per layer and over the whole network."""
    groups, gradients = select_gradients(snapshot.module, snapshot.gradients)
    moments = _moments(gradients)
    readings: Readings = {}
    for layer, positions in groups.items():
        power, noise = moments[positions].sum(0).unbind()
        readings[layer, "gsnr"] = power / noise
    return readings


def _moments(gradients: Gradients) -> Tensor:
    """Return (parameters, 2): the squared norm of the mean gradient, and the trace of the covariance."""
    shapes = {tuple(None if own is None else own.shape for own in batch) for batch in gradients}
    if len(shapes) != 1:
        wrong = "the batches differ in number or shapes" if shapes else "there are none"
        raise InputError("gradients", wrong, "Give the gradients of the same parameters for each of B batches")
    measured = [[own for own in batch if own is not None] for batch in gradients]
    if not measured[0]:
        raise InputError("gradients", "no parameter has one", "Give parameters that require grad")
    device = measured[0][0].device
    return torch.stack([_power_and_noise(samples).to(device) for samples in zip(*measured, strict=True)])


def _power_and_noise(samples: Sequence[Tensor]) -> Tensor:
    """Return (2,). Two passes, because a single one cancels if the noise is small; float64 for small squares."""
    dense = [sample if sample.layout is torch.strided else sample.to_dense() for sample in samples]
    exact = torch.complex128 if dense[0].is_complex() else torch.float64
    sums = torch.zeros(2, dtype=torch.float64, device=dense[0].device)
    for part in torch.stack([sample.flatten() for sample in dense]).split(CHUNK_SIZE, dim=1):
        rows = part.to(exact)
        mean = rows.mean(0)
        sums += torch.stack([torch.linalg.vector_norm(mean), torch.linalg.vector_norm(rows - mean)]).square()
    return sums / torch.tensor([1, len(dense) - 1], device=sums.device)
