"""Random tensors from a named generator, on the device and in the type of other data."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def draw_like(
    draw: Callable[..., Tensor], data: Tensor, rng: torch.Generator, shape: tuple[int, ...] | None = None
) -> Tensor:
    """Draw random numbers with the device and the type of `data`.

    Args:
        draw: `torch.rand` or `torch.randn`.
        data: (N, ...), whose device and type the result has.
        rng: the generator, on the same device.
        shape: shape of the result; that of `data` by default.
    """
    return draw(data.shape if shape is None else shape, generator=rng, device=data.device, dtype=data.dtype)
