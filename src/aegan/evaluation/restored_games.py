"""Games restored from the files of a finished training: at a training stage, at the end, or with fresh parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.games.components import TrainedAutoencoder
from aegan.games.game import Game
from aegan.networks.normalisation import SPECTRAL
from aegan.objectives.losses import LOSSES
from aegan.registry import build
from aegan.training.member_factory import dataset_of_game
from aegan.training.observers import StageKeeper
from aegan.training.trained_games import load_game_weights
from aegan.training.weights import seeds_by_stage

#: seeding purpose of the weights and of the data order of a fresh discriminator
FRESH = "fresh discriminator"

#: what a method adds to the training of its discriminator, besides its loss
REGULARISERS = ("penalty", "penalty_weight", "constraint", "augmentations")


class TrainedMethod(NamedTuple):
    """A method whose games were trained, with the weights of its training stages."""

    method: Mapping[str, Any]  #: the resolved entry of `methods`
    train_dataset: ArrayDataset
    codes: Callable[[int], ArrayDataset]  #: seed -> the train split's codes, for a game on codes
    trained_autoencoder: Callable[[int], TrainedAutoencoder | None]  #: seed -> the trained autoencoder, or None
    stages: Path  #: safetensors of the training stages

    def list_stages(self, which: Literal["last", "all"]) -> list[int]:
        """List the planned training stages, or the last of them alone, as numbers of rounds."""
        planned = sorted(set(StageKeeper(self.method["stages"], self.method["rounds"]).rounds))
        return planned if which == "all" else planned[-1:]

    def restore_game(self, seed: int, stage: int) -> Game:
        """Restore the game of a seed as it was after `stage` rounds."""
        return self._restore(seed, stage, seed)

    def restore_with_fresh_discriminator(self, seed: int, stage: int) -> Game:
        """Restore the game with an untrained discriminator, whose weights are the same for every stage and method."""
        return self._restore(seed, stage, seeding.derive_seed(seed, FRESH), fresh=("discriminator",))

    def _restore(self, seed: int, stage: int, init_seed: int, fresh: Collection[str] = ()) -> Game:
        dataset = self.train_dataset
        trained, shares = self.trained_autoencoder(seed), dataset.compute_class_shares()
        game = make_gan_game(self.method, dataset.sample_shape, init_seed, trained, shares)
        return load_game_weights(game, self.stages, seed, dataset.device, prefix=f"{stage}/", skip=fresh)

    def select_dataset(self, seed: int, game: Game) -> ArrayDataset:
        """Return the data that the game of a seed is trained on."""
        return dataset_of_game(game, self.train_dataset, self.codes, seed)


def drop_regularisers(method: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a resolved method without what regularises its discriminator, if its logits are log-odds without.

    Penalty, constraint, augmentations and spectral normalisation, which bounds the weights as a constraint does. All
    else of the network stays: its layers, their normalisation, packing.
    """
    if not ("loss" in method and build(LOSSES, method["loss"]).gives_log_odds):
        return method
    kept = {key: own for key, own in method.items() if key not in REGULARISERS}
    network = kept.get("discriminator", {})
    if network.get("normalisation") == SPECTRAL:
        kept["discriminator"] = {key: own for key, own in network.items() if key != "normalisation"}
    return kept


class TrainedMember(NamedTuple):
    """A member whose training has ended."""

    method: Mapping[str, Any]  #: the resolved entry of `methods`
    seed: int
    trained_autoencoder: Callable[[int], TrainedAutoencoder | None]  #: seed -> the trained autoencoder, or None
    train_dataset: ArrayDataset
    weights: Path  #: safetensors of the weights at the end
    stages: Path  #: safetensors of the training stages
    rounds: int  #: number of rounds played

    def restore_final_game(self) -> Game:
        """Restore the game as it was at the end of training."""
        return load_game_weights(self._make_game(), self.weights, self.seed, self.train_dataset.device)

    def restore_games(self) -> dict[int, Game]:
        """Restore the game before training, at each stage that it reached, and at the end: rounds -> game."""
        game, device = self._make_game(), self.train_dataset.device
        games = {0: load_game_weights(game, self.weights, self.seed, device, skip=game.modules)}
        for stage, seeds in seeds_by_stage(self.stages, [self.seed]).items():
            if seeds:
                games[stage] = load_game_weights(self._make_game(), self.stages, self.seed, device, prefix=f"{stage}/")
        return games | {self.rounds: self.restore_final_game()}

    def _make_game(self) -> Game:
        shape, shares = self.train_dataset.sample_shape, self.train_dataset.compute_class_shares()
        return make_gan_game(self.method, shape, self.seed, self.trained_autoencoder(self.seed), shares)
