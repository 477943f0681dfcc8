"""A game as its dynamics see it: parameters and losses, in the same state and with the same noise at each call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import Game, Player, moving
from aegan.probes import dynamics
from aegan.probes.preserved_state import untouched


def players(game: Game, batch: Batch, seed: int) -> list[dynamics.Player]:
    """Give the players of a game for `probes.dynamics`; all see one batch, and a seed's noise is the same for all.

    Where several players move the same parameters, as an autoencoder and its encoder do, those make a player of their
    own who minimises the sum of the losses: that is the field in which they are moved.
    """
    moving(game, *(player.module for player in game.players))

    def loss(owners: Sequence[Player]) -> Tensor:
        with untouched(*game.modules.values()):
            return torch.stack([player.loss(batch, _noise(seed, batch)) for player in owners]).sum()

    return [(own, partial(loss, owners)) for owners, own in _owned(game)]


def _noise(seed: int, batch: Batch) -> torch.Generator:
    return seeding.torch_generator(seed, "dynamics", "noise", device=batch.real.device)


def _owned(game: Game) -> list[tuple[list[Player], list[nn.Parameter]]]:
    """Group the parameters of a game by who moves them, in the order of the players."""
    parameters = {id(own): own for player in game.players for own in player.module.parameters()}
    movers = {player.name: {id(own) for own in player.module.parameters()} for player in game.players}
    grouped: dict[tuple[str, ...], list[nn.Parameter]] = {}
    for key, parameter in parameters.items():
        grouped.setdefault(tuple(name for name, own in movers.items() if key in own), []).append(parameter)
    return [([game.player(name) for name in names], own) for names, own in grouped.items()]


def point(game: Game) -> Tensor:
    """Join the parameters of all players (P,), in the order of the field."""
    return torch.cat([weight.detach().flatten() for _, own in _owned(game) for weight in own])
