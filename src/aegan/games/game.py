"""A method is a game: a few players, each with parameters of its own and a loss, who move in turn.

The training loop, the probes and the checkpoints know this interface and nothing else of a method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch

Loss = Callable[[Batch, torch.Generator], Tensor]


class Player(NamedTuple):
    """One player: the module whose parameters it moves, and what it minimises in a move."""

    name: str
    module: nn.Module
    loss: Loss
    moves: int = 1  #: moves per round (n_critic)
    after: Callable[[nn.Module], None] | None = None  #: what is done with the module after each move, such as clipping


Draw = Callable[[Batch, torch.Generator], Tensor]


class DiscriminatorTask(NamedTuple):
    """What the discriminator is shown, and what it makes of it."""

    real: Draw  #: (N, ...)
    fake: Draw  #: (N, ...), one fake per real
    judge: Callable[[Tensor, Batch], Tensor]
    """(data, the batch they belong to) -> logits: (N,), fewer where several are judged at once, (N, L) by L judges."""

    def judging(self, batch: Batch) -> Callable[[Tensor], Tensor]:
        """Return the judge of the data that belong to a batch."""
        return lambda data: self.judge(data, batch)

    def logits(self, batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return the discriminator's logits of real and of fake data."""
        return self.judge(self.real(batch, rng), batch), self.judge(self.fake(batch, rng), batch)


@dataclass(frozen=True)
class Game:
    """Players in the order of their moves, and what can be asked of the game besides playing it.

    A player's loss is differentiable in the parameters of every player, so its dynamics can be studied;
    whoever needs one player's gradient alone says so with `moving`.

    Args:
        players: who moves, in turn.
        auxiliary_modules: modules that take part without moving, such as a frozen encoder or a prior.
        played_on: whether the batches of this game are images or codes.
        generate: (count, rng) -> (count, C, H, W) new images; absent in a game that makes none.
        reconstruct: (N, C, H, W) -> (N, C, H, W); absent where the method has no way back from an image.
        classify: (N, C, H, W) -> (N, K) scores of the classes; absent where the method learns no classes.
        contest: what the discriminator judges; absent in a game without one, or whose one gives no logits.
        labelled: share of the rows whose labels the game is told; those of the others are hidden from it.
    """

    players: tuple[Player, ...]
    auxiliary_modules: Mapping[str, nn.Module] = field(default_factory=dict)
    played_on: Literal["images", "codes"] = "images"
    generate: Callable[[int, torch.Generator], Tensor] | None = None
    reconstruct: Callable[[Tensor], Tensor] | None = None
    classify: Callable[[Tensor], Tensor] | None = None
    contest: DiscriminatorTask | None = None
    labelled: float = 1.0

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Every module of the game by name: those that players move, then the bystanders."""
        return {player.name: player.module for player in self.players} | dict(self.auxiliary_modules)

    @cached_property
    def parameters(self) -> tuple[nn.Parameter, ...]:
        """Every parameter of every module, once."""
        return tuple(nn.ModuleList(self.modules.values()).parameters())

    def player(self, name: str) -> Player:
        """Return the player of that name."""
        return next(player for player in self.players if player.name == name)


def moving(game: Game, *movers: nn.Module) -> None:
    """Let only the parameters of `movers` require gradients, so that no graph is kept for the others'."""
    moved = {parameter for module in movers for parameter in module.parameters()}
    for parameter in game.parameters:
        parameter.requires_grad = parameter in moved
