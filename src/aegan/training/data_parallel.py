"""Data-parallel training of one member: each process works on its share of every batch, and all take the same step.

The processes are started by torchrun (`aegan.pipeline.distributed_job`). They hold the same weights, draw from
generators of the same state and keep the rows of their own share; losses, gradients and module buffers are averaged.
A loss that is a mean over rows therefore has the gradient that a single process would find, up to rounding, and all
processes stay bit-identical. Where a loss or a normalisation layer looks at a batch as a whole, it looks at the share
of its process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, distributed
from torch.overrides import TorchFunctionMode

from aegan.data.batch import Batch
from aegan.games.game import Game

#: torch functions by which losses draw random numbers
RANDOM_FUNCTIONS = (torch.rand, torch.randn, torch.randint, torch.multinomial)

#: batch -> (scalar loss, gradients)
Differentiate = Callable[[Batch], tuple[Tensor, Sequence[Tensor]]]


def world_size() -> int:
    """Return the number of processes that train together; 1 without a process group."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def global_rank() -> int:
    """Return the rank of this process; rank 0 writes the files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def average_over_processes(differentiate: Differentiate, game: Game, batch: Batch) -> tuple[Tensor, Sequence[Tensor]]:
    """Return loss (scalar) and gradients of a batch, averaged over the processes' shares if there are several.

    Args:
        differentiate: computes loss and gradients of one share.
        game: the game whose module buffers, such as running means, are averaged too.
        batch: the whole batch; its size is a multiple of the number of processes.
    """
    if world_size() == 1:
        return differentiate(batch)
    buffers = [buffer for module in game.modules.values() for buffer in module.buffers() if buffer.is_floating_point()]
    before = [buffer.clone() for buffer in buffers]
    share_size = len(batch.real) // world_size()
    with _DrawOwnRows(share_size):
        loss, gradients = differentiate(_own_share(batch, share_size))
    # averaging the changes rather than the values leaves buffers of frozen modules bit-identical
    changes = [buffer - first for buffer, first in zip(buffers, before, strict=True)]
    loss, *means = _all_reduce_mean([loss.detach(), *gradients, *changes])
    for buffer, first, change in zip(buffers, before, means[len(gradients) :], strict=True):
        buffer.copy_(first + change)
    return loss, means[: len(gradients)]


def _own_share(batch: Batch, share_size: int) -> Batch:
    """Keep the rows of a batch that this process works on."""
    own = slice(global_rank() * share_size, (global_rank() + 1) * share_size)
    return batch._replace(real=batch.real[own], labels=None if batch.labels is None else batch.labels[own])


def _all_reduce_mean(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Average tensors over the processes, in one message."""
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    distributed.all_reduce(flat)
    pieces = (flat / world_size()).split([tensor.numel() for tensor in tensors])
    return [piece.view_as(tensor).to(tensor.dtype) for piece, tensor in zip(pieces, tensors, strict=True)]


class _DrawOwnRows(TorchFunctionMode):
    """Replaces a random draw of one process's share by a draw for all processes, of which it keeps its own rows.

    Args:
        share_size: rows of the share of one process.
    """

    def __init__(self, share_size: int) -> None:
        super().__init__()
        self.share_size = share_size

    def __torch_function__(
        self, func: Callable[..., Tensor], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Tensor:
        kwargs = kwargs or {}
        if func not in RANDOM_FUNCTIONS or kwargs.get("generator") is None:
            return func(*args, **kwargs)
        # torch.multinomial ends in a count, the others in a shape
        takes_count = func is torch.multinomial
        leading, shape = (args[:-1], args[-1:]) if takes_count else _split_shape(args)
        if shape[0] != self.share_size:
            return func(*args, **kwargs)
        rows = self.share_size * world_size()
        drawn = func(*leading, rows if takes_count else (rows, *shape[1:]), **kwargs)
        return drawn[global_rank() * self.share_size : (global_rank() + 1) * self.share_size]


def _split_shape(args: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """Split the positional arguments of a random function into those before the shape, and the shape."""
    return ((), args) if isinstance(args[-1], int) else (args[:-1], tuple(args[-1]))
