"""Conditioning of a generator: the spectrum of its Jacobian (Odena 2018)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import jacfwd, vmap

from aegan.probes.preserved_state import preserve_state

#: number of codes whose Jacobians are computed together; it bounds the memory
CHUNK_SIZE = 16


@torch.no_grad()
def compute_jacobians(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Compute the Jacobians (M, outputs, K) of the flattened output at codes (M, K), in forward mode.

    The generator must map each code independently: BatchNorm or dropout in training mode is an error.
    """

    def single(code: Tensor) -> Tensor:
        return generator(code.unsqueeze(0)).flatten()

    with preserve_state(generator):
        jacobians: Tensor = vmap(jacfwd(single), chunk_size=CHUNK_SIZE)(codes)
    return jacobians


def log_condition_numbers(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Return log10 of the condition number of JᵀJ (M,), float64, at codes (M, K): 2 · log10(σmax / σmin) of J.

    Its mean over codes correlates with a generator's quality (Odena 2018, arXiv:1802.08768). σmin is the smallest of
    the min(outputs, K) singular values; if it is 0 the result is infinite. Because of rounding a lost direction
    reads about 14 decades in float32 and about 30 in float64.
    """
    spectra = torch.cat(
        [torch.linalg.svdvals(compute_jacobians(generator, part).double()) for part in codes.split(CHUNK_SIZE)]
    )
    largest, smallest = spectra[:, 0], spectra[:, -1]
    return 2 * torch.where(smallest > 0, largest / smallest, torch.inf).log10()
