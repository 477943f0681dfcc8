"""A probe leaves what it looks at as it found it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def untouched(*callables: object) -> Iterator[None]:
    """Keep what a forward pass may move: the buffers of those callables that are modules, and torch's CPU generator.

    The buffers are set aside for copies, not written back: a graph that holds them stays good. A closure hides its
    modules from this; whoever wraps a module that moves its buffers names it here.
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
