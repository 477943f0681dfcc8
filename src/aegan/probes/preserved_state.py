"""Preserve the state that probing must not change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def preserve_state(*callables: object) -> Iterator[None]:
    """Preserve what a forward pass may change: buffers of those callables that are modules, and torch's CPU generator.

    Copies replace the buffers within the block, so a graph that holds the originals stays valid. Modules inside a
    closure are not seen: pass them too if their forward pass changes buffers.
    """
    tables = [part._buffers for whole in callables if isinstance(whole, nn.Module) for part in whole.modules()]
    kept = [dict(table) for table in tables]
    with torch.random.fork_rng(devices=()):
        try:
            for table, own in zip(tables, kept, strict=True):
                table.update({name: buffer.clone() for name, buffer in own.items() if buffer is not None})
            yield
        finally:
            for table, own in zip(tables, kept, strict=True):
                table.update(own)
