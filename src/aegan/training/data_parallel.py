"""One member trained by several processes: each works on its share of every batch, and all take the same step.

The processes are started by torchrun (`aegan.pipeline.distributed_job`). They hold the same weights, draw from
generators of the same state and keep the rows of their own share; losses, gradients and what modules remember are averaged. So a loss that is
a mean over rows has the gradient that one process would have found, up to rounding, and all processes stay equal bit
for bit. Where a loss or a normaliser looks at a batch as a whole, it looks at a process's share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.overrides import TorchFunctionMode

from aegan.data.batch import Batch
from aegan.games.game import Game, Player

#: what draws numbers in a loss
DRAWS = (torch.rand, torch.randn, torch.randint, torch.multinomial)


def processes() -> int:
    """Return how many processes train together: 1 outside of a crew."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Return which of them this is; the first, 0, is the one that writes."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def gradients_of(
    game: Game, player: Player, batch: Batch, rng: torch.Generator, parameters: Sequence[nn.Parameter]
) -> tuple[Tensor, Sequence[Tensor]]:
    """Return a player's loss of a batch, and its gradients; of all processes' shares where there are several."""
    if processes() == 1:
        loss = player.loss(batch, rng)
        return loss, torch.autograd.grad(loss, parameters)
    remembered = [
        buffer for module in game.modules.values() for buffer in module.buffers() if buffer.is_floating_point()
    ]
    before = [buffer.clone() for buffer in remembered]
    own = len(batch.real) // processes()
    with _OwnRows(own):
        loss = player.loss(_share(batch, own), rng)
    gradients = torch.autograd.grad(loss, parameters)
    # a change of nothing stays nothing, so that frozen modules keep their bits
    changes = [after - first for after, first in zip(remembered, before, strict=True)]
    loss, *means = _averaged([loss.detach(), *gradients, *changes])
    for buffer, first, change in zip(remembered, before, means[len(gradients) :], strict=True):
        buffer.copy_(first + change)
    return loss, means[: len(gradients)]


def _share(batch: Batch, rows: int) -> Batch:
    """Keep this process's rows of a batch."""
    own = slice(rank() * rows, (rank() + 1) * rows)
    return batch._replace(real=batch.real[own], labels=None if batch.labels is None else batch.labels[own])


def _averaged(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Average tensors over the processes, in one message."""
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    distributed.all_reduce(flat)
    pieces = (flat / processes()).split([tensor.numel() for tensor in tensors])
    return [piece.view_as(tensor).to(tensor.dtype) for piece, tensor in zip(pieces, tensors, strict=True)]


class _OwnRows(TorchFunctionMode):
    """Draws the rows of all processes wherever those of one are asked for, and keeps this one's.

    Args:
        rows: of a process's share.
    """

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def __torch_function__(
        self, func: Callable[..., Tensor], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Tensor:
        kwargs = kwargs or {}
        if func not in DRAWS or kwargs.get("generator") is None:
            return func(*args, **kwargs)
        # (…, shape) or the numbers of the shape themselves; the last of multinomial's is a count
        count = func is torch.multinomial
        before, shape = (args[:-1], args[-1:]) if count else _shape_of(args)
        if shape[0] != self.rows:
            return func(*args, **kwargs)
        rows = self.rows * processes()
        drawn = func(*before, rows if count else (rows, *shape[1:]), **kwargs)
        return drawn[rank() * self.rows : (rank() + 1) * self.rows]


def _shape_of(args: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """Split the arguments of a draw into what stands before the shape, and the shape."""
    return ((), args) if isinstance(args[-1], int) else (args[:-1], tuple(args[-1]))
