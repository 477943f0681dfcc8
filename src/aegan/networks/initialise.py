"""Initial weights from a named generator, not from the global random state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

M = TypeVar("M", bound=nn.Module)


def initialised(build: Callable[[], M], rng: torch.Generator) -> M:
    """Build a module with weights drawn from `rng`: Glorot-uniform weights (Glorot & Bengio 2010, eq. 16), zero biases.

    The module is built on the meta device first, so that no layer's own initialiser draws from the global state.

    Raises:
        TypeError: a layer has parameters and no rule here.
    """
    with torch.device("meta"):
        module = build()
    module = module.to_empty(device="cpu")
    for layer in module.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.xavier_uniform_(layer.weight, generator=rng)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif any(True for _ in (*layer.parameters(recurse=False), *layer.buffers(recurse=False))):
            raise TypeError(f"no initialiser for {type(layer).__name__}")
    return module
