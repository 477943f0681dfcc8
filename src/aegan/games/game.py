"""A method is a game: a few players, each with parameters of its own and a loss, who move in turn.

The training loop, the probes and the checkpoints know this interface and nothing else of a method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn


class Batch(NamedTuple):
    """What a player sees of the data in one move."""

    real: Tensor  #: (N, C, H, W) images in [0, 1], or (N, K) codes in a game that is played on codes
    labels: Tensor | None = None  #: (N,) class numbers, where the data have them


Loss = Callable[[Batch, torch.Generator], Tensor]


class Player(NamedTuple):
    """One player: the module whose parameters it moves, and what it minimises in a move."""

    name: str
    module: nn.Module
    loss: Loss
    moves: int = 1  #: moves per round (n_critic)


@dataclass(frozen=True)
class Game:
    """Players in the order of their moves, and what can be asked of the game besides playing it.

    Args:
        players: who moves, in turn.
        bystanders: modules that take part without moving, such as a frozen encoder or a prior.
        played_on: whether the batches of this game are images or codes.
        generate: (count, rng) -> (count, C, H, W) new images; absent in a game that makes none.
        reconstruct: (N, C, H, W) -> (N, C, H, W); absent where the method has no way back from an image.
        logits: (batch, rng) -> the discriminator's logits of real and of fake data, (N,) each.
    """

    players: tuple[Player, ...]
    bystanders: Mapping[str, nn.Module] = field(default_factory=dict)
    played_on: Literal["images", "codes"] = "images"
    generate: Callable[[int, torch.Generator], Tensor] | None = None
    reconstruct: Callable[[Tensor], Tensor] | None = None
    logits: Callable[[Batch, torch.Generator], tuple[Tensor, Tensor]] | None = None

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Every module of the game by name: those that players move, then the bystanders."""
        return {player.name: player.module for player in self.players} | dict(self.bystanders)
