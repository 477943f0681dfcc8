"""An exponential moving average of the weights that new data are made with; the game itself is played as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from typing import TypeVar

import torch
from torch import Tensor, nn

from aegan.games.game import Game, Player

T = TypeVar("T")


def averaged(game: Game, decay: float) -> Game:
    """Let a game generate and reconstruct with averages of its weights (Karras 2018, section 4; Yazıcı 2019).

    After each of its moves, what a player moves goes into an average of its own. Discriminators are left out; buffers,
    such as a BatchNorm's statistics, are the latest.
    The averages stand by as `average_{player}`, so that they are kept, restored and moved like any other module.

    Args:
        game: the game.
        decay: of the averages.
    """
    movers = [player for player in game.players if player.name not in JUDGES]
    averages = {player.name: Average(player.module, decay) for player in movers}
    worn: dict[nn.Module, nn.Module] = {player.module: averages[player.name].module for player in movers}
    return replace(
        game,
        players=tuple(_followed(player, averages.get(player.name)) for player in game.players),
        auxiliary_modules={
            **game.auxiliary_modules,
            **{f"average_{name}": average for name, average in averages.items()},
        },
        generate=game.generate and _wearing(game.generate, worn),
        reconstruct=game.reconstruct and _wearing(game.reconstruct, worn),
    )


class Average(nn.Module):
    """The moving average of a module's weights: a copy of the first that it is given, then decay · old + rest · new.

    torch's own asks the host how many it has seen, which no captured round can.

    Args:
        module: of which; the average begins as a copy of it.
        decay: share that an average keeps of itself.
    """

    taken: Tensor

    def __init__(self, module: nn.Module, decay: float) -> None:
        super().__init__()
        self.module, self.decay = deepcopy(module), decay
        self.register_buffer("taken", torch.zeros(()))

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Take up a module's weights and the buffers it has now."""
        share = torch.where(self.taken > 0, 1 - self.decay, 1.0)
        for average, new in zip(self.module.parameters(), module.parameters(), strict=True):
            average.lerp_(new, share.to(average.dtype))
        for kept, latest in zip(self.module.buffers(), module.buffers(), strict=True):
            kept.copy_(latest)
        self.taken.fill_(1.0)


#: the players who judge
JUDGES = ("discriminator", "code_discriminator")


def _followed(player: Player, average: Average | None) -> Player:
    if average is None:
        return player

    def after(module: nn.Module) -> None:
        if player.after:
            player.after(module)
        average.update(module)

    return player._replace(after=after)


def _wearing(function: Callable[..., T], worn: Mapping[nn.Module, nn.Module]) -> Callable[..., T]:
    """Let a function run while modules have the weights of others."""

    def wrapped(*arguments: object) -> T:
        with _swapped(worn):
            return function(*arguments)

    return wrapped


@contextmanager
def _swapped(worn: Mapping[nn.Module, nn.Module]) -> Iterator[None]:
    pairs: list[tuple[Tensor, Tensor]] = []
    for own, other in worn.items():
        theirs = _tensors(other)
        pairs += [(tensor, theirs[name]) for name, tensor in _tensors(own).items()]
    kept = [tensor.data for tensor, _ in pairs]
    try:
        for tensor, average in pairs:
            tensor.data = average.data
        yield
    finally:
        for (tensor, _), data in zip(pairs, kept, strict=True):
            tensor.data = data


def _tensors(module: nn.Module) -> dict[str, Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}
