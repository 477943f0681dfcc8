"""Games rebuilt from the files of a finished cohort."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Game
from aegan.training.weights import load_weights


def load_games(
    method: Mapping[str, Any],
    dataset: ArrayDataset,
    seeds: Sequence[int],
    weights: Path,
    trained_autoencoder: Callable[[int], TrainedAutoencoder | None],
) -> dict[int, Game]:
    """Build the games of a method and load their trained weights: seed -> game.

    Args:
        method: resolved entry of `methods`.
        dataset: the train split.
        seeds: one game each.
        weights: safetensors of the cohort.
        trained_autoencoder: seed -> the trained autoencoder, or None for a method without one.
    """
    games = {}
    for seed in seeds:
        game = make_gan_game(
            method, dataset.sample_shape, seed, trained_autoencoder(seed), dataset.compute_class_shares()
        )
        games[seed] = load_game_weights(game, weights, seed, dataset.device)
    return games


def load_game_weights(
    game: Game, weights: Path, seed: int, device: str, *, prefix: str = "", skip: Collection[str] = ()
) -> Game:
    """Load the trained weights of a seed into a game's modules, and move them to a device.

    Args:
        game: freshly built.
        weights: safetensors.
        seed: of the weights.
        device: of the game afterwards.
        prefix: prefix of the modules' names in the file, such as the training stage.
        skip: modules that keep the weights they have.
    """
    for name, module in game.modules.items():
        if name not in skip:
            load_weights(weights, seed, prefix + name, module)
        module.to(device)
    return game
