"""A game as its dynamics see it: the parameters of every player, and losses that always draw the same noise."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from aegan import seeding
from aegan.games.game import Batch, Game, Player, moving
from aegan.probes import dynamics


def players(game: Game, batch: Batch, seed: int) -> list[dynamics.Player]:
    """Give the players of a game for `probes.dynamics`; all see one batch, and a seed's noise is the same for all."""
    moving(game, *(player.module for player in game.players))

    def loss(player: Player) -> Tensor:
        return player.loss(batch, seeding.torch_generator(seed, "dynamics", "noise", device=batch.real.device))

    return [(list(player.module.parameters()), partial(loss, player)) for player in game.players]


def point(game: Game) -> Tensor:
    """Join the parameters of all players (P,), in the order of the field."""
    return torch.cat([weight.detach().flatten() for player in game.players for weight in player.module.parameters()])
