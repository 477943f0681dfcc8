"""Exponential moving averages of weights, used to generate new data; the training itself does not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor, nn

from aegan.games.game import Game, Player

T = TypeVar("T")


def average_weights(game: Game, decay: float) -> Game:
    """Let a game generate and reconstruct with averages of its weights (Karras 2018, section 4; Yazıcı 2019).

    After each of a player's moves, its weights update an average. Discriminators have none; buffers, such as BatchNorm
    statistics, are copied from the latest weights. The averages are auxiliary modules `average_{player}`, so that they
    are checkpointed and moved between devices like any other module.

    Args:
        game: the game.
        decay: of the averages.
    """
    makers = [player for player in game.players if not player.is_discriminator]
    averages = {player.name: WeightAverage(player.module, decay) for player in makers}
    replacements: dict[nn.Module, nn.Module] = {player.module: averages[player.name].module for player in makers}
    return replace(
        game,
        players=tuple(_update_after_moves(player, averages.get(player.name)) for player in game.players),
        auxiliary_modules={
            **game.auxiliary_modules,
            **{f"average_{name}": average for name, average in averages.items()},
        },
        generate=game.generate and replace(game.generate, use_weights=partial(_replace_tensors, replacements)),
        reconstruct=game.reconstruct and _with_replaced_weights(game.reconstruct, replacements),
    )


class WeightAverage(nn.Module):
    """The moving average of a module's weights: the first weights, then decay · average + (1 − decay) · new.

    torch's `AveragedModel` reads its count of updates on the host, which a captured CUDA graph cannot do.

    Args:
        module: the module; the average starts as a copy of it.
        decay: weight of the average so far.
    """

    taken: Tensor

    def __init__(self, module: nn.Module, decay: float) -> None:
        super().__init__()
        self.module, self.decay = deepcopy(module), decay
        self.register_buffer("taken", torch.zeros(()))

    @torch.no_grad()
    def update_average(self, module: nn.Module) -> None:
        """Update the average with a module's weights, and copy its buffers."""
        share = torch.where(self.taken > 0, 1 - self.decay, 1.0)
        for average, new in zip(self.module.parameters(), module.parameters(), strict=True):
            average.lerp_(new, share.to(average.dtype))
        for own, latest in zip(self.module.buffers(), module.buffers(), strict=True):
            own.copy_(latest)
        self.taken.fill_(1.0)


def _update_after_moves(player: Player, average: WeightAverage | None) -> Player:
    if average is None:
        return player

    def after_move(module: nn.Module) -> None:
        if player.after_move:
            player.after_move(module)
        average.update_average(module)

    return player._replace(after_move=after_move)


def _with_replaced_weights(function: Callable[..., T], replacements: Mapping[nn.Module, nn.Module]) -> Callable[..., T]:
    """Wrap a function so that modules have the weights and buffers of their replacements while it runs."""

    def call(*arguments: object) -> T:
        with _replace_tensors(replacements):
            return function(*arguments)

    return call


@contextmanager
def _replace_tensors(replacements: Mapping[nn.Module, nn.Module]) -> Iterator[None]:
    pairs: list[tuple[Tensor, Tensor]] = []
    for module, replacement in replacements.items():
        others = _named_tensors(replacement)
        pairs += [(tensor, others[name]) for name, tensor in _named_tensors(module).items()]
    originals = [tensor.data for tensor, _ in pairs]
    try:
        for tensor, other in pairs:
            tensor.data = other.data
        yield
    finally:
        for (tensor, _), data in zip(pairs, originals, strict=True):
            tensor.data = data


def _named_tensors(module: nn.Module) -> dict[str, Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}
