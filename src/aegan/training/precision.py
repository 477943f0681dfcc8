"""Looking at float32 networks in float64, where the gradients that float32 rounds to zero are still there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain

import torch
from torch import nn


@contextmanager
def double_precision(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Hold modules in float64 for the length of the block; afterwards they have the bits they had before.

    Every float32 is a float64, so nothing is lost on the way there and back. Parameters keep their identity.

    Args:
        modules: each of a single floating-point type.
    """
    first = {module: next(chain(module.parameters(), module.buffers()), None) for module in modules}
    types = {module: tensor.dtype for module, tensor in first.items() if tensor is not None}
    try:
        for module in types:
            module.to(torch.float64)
        yield
    finally:
        for module, dtype in types.items():
            module.to(dtype)
