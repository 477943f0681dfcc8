"""How unevenly a generator stretches its codes: the spectrum of its Jacobian."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import jacfwd, vmap

from aegan.probes.preserved_state import untouched

#: codes whose Jacobians are taken together; it bounds the memory
CHUNK = 16


@torch.no_grad()
def jacobian(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Jacobians (M, outputs, K) of the flattened output at codes (M, K), in forward mode.

    The generator must map each code on its own: a BatchNorm or a dropout in training mode is an error here.
    """

    def single(code: Tensor) -> Tensor:
        return generator(code.unsqueeze(0)).flatten()

    with untouched(generator):
        jacobians: Tensor = vmap(jacfwd(single), chunk_size=CHUNK)(codes)
    return jacobians


def log_condition(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Return log10 of the condition number of JᵀJ (M,), in float64, at codes (M, K): 2 · log10(σmax / σmin) of J.

    Its mean over codes goes with a generator's quality (Odena 2018, arXiv 1802.08768). σmin is the least of the
    min(outputs, K) singular values; where it is 0 the answer is infinite. Rounding hides a lost direction at some 14
    decades in float32, at some 30 in float64.
    """
    spectra = torch.cat([torch.linalg.svdvals(jacobian(generator, part).double()) for part in codes.split(CHUNK)])
    largest, smallest = spectra[:, 0], spectra[:, -1]
    return 2 * torch.where(smallest > 0, largest / smallest, torch.inf).log10()
