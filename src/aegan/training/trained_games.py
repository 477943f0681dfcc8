"""How the games of a finished cohort come back from its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.games.adversarial import Trained
from aegan.games.game import Game
from aegan.games.roles import gan_game
from aegan.training.checkpoint import load_weights


def load_games(
    method: Mapping[str, Any],
    images: ArrayDataset,
    seeds: Sequence[int],
    weights: Path,
    trained: Callable[[int], Trained | None],
) -> dict[int, Game]:
    """Make the games of a method again and give them their trained weights: seed -> game."""
    games = {}
    for seed in seeds:
        game = gan_game(method, images.sample_shape, seed, trained(seed), images.class_shares())
        games[seed] = restored(game, weights, seed, images.device)
    return games


def restored(
    game: Game, weights: Path, seed: int, device: str, *, below: str = "", fresh: Collection[str] = ()
) -> Game:
    """Give a game's modules the weights that a seed's training wrote, and move them to a device.

    Args:
        game: freshly made.
        weights: safetensors.
        seed: whose weights.
        device: where to.
        below: what stands before the names of the modules there, such as the stage of weights kept on the way.
        fresh: modules that keep the weights they have.
    """
    for name, module in game.modules.items():
        if name not in fresh:
            load_weights(weights, seed, below + name, module)
        module.to(device)
    return game
