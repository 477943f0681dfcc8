"""The vector field of a game: parameters and losses with fixed network state and noise, for `probes.dynamics`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import Game, Player, enable_gradients
from aegan.games.loss_terms import LossTerms, sum_terms
from aegan.probes import dynamics
from aegan.probes.preserved_state import preserve_state


def make_field_players(game: Game, batch: Batch, seed: int) -> list[dynamics.FieldPlayer]:
    """Make the players of a game's vector field: parameters, and a loss that gives the same value at each call.

    The gradients of these losses can be differentiated as they are: with a weight of terms that follows the gradients
    (`LossTerms`), which a loss holds constant. State in buffers (running means, the vectors of spectral normalisation)
    is held.

    Parameters that several players move, such as those of an encoder, form a player of their own that minimises the
    sum of their losses, because the field moves them by that sum.

    Args:
        game: the game.
        batch: N samples (N, …), seen by all players.
        seed: seed of the noise, which is the same for all players.
    """
    enable_gradients(game, *(player.module for player in game.players))

    def loss(owners: Sequence[Player]) -> Tensor:
        with preserve_state(*game.modules.values()):
            return torch.stack([_compute_loss(player, batch, _make_noise(seed, batch)) for player in owners]).sum()

    return [(parameters, partial(loss, owners)) for owners, parameters in _group_parameters(game)]


def _compute_loss(player: Player, batch: Batch, rng: torch.Generator) -> Tensor:
    if isinstance(player.loss, LossTerms):
        return sum_terms(player.loss.compute(batch, rng, differentiable=True))
    return player.loss(batch, rng)


def _make_noise(seed: int, batch: Batch) -> torch.Generator:
    return seeding.torch_generator(seed, "dynamics", "noise", device=batch.real.device)


def _group_parameters(game: Game) -> list[tuple[list[Player], list[nn.Parameter]]]:
    """Group the parameters of a game by the players that move them, in the order of the players."""
    parameters = {id(own): own for player in game.players for own in player.module.parameters()}
    movers = {player.name: {id(own) for own in player.module.parameters()} for player in game.players}
    grouped: dict[tuple[str, ...], list[nn.Parameter]] = {}
    for key, parameter in parameters.items():
        grouped.setdefault(tuple(name for name, own in movers.items() if key in own), []).append(parameter)
    return [([game.get_player(name) for name in names], own) for names, own in grouped.items()]


def join_parameters(game: Game) -> Tensor:
    """Join the parameters of all players into one vector (P,), in the order of the field."""
    return torch.cat([weight.detach().flatten() for _, own in _group_parameters(game) for weight in own])
