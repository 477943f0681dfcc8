"""Training a classifier is a game of one player; its penultimate layer is a feature space for evaluation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import Game, Player
from aegan.networks.features import build_classifier
from aegan.networks.initialise import initialise_module


def make_classifier(shape: tuple[int, ...], classes: int, seed: int) -> nn.Module:
    """Make the untrained classifier of a seed: data (N, ...) to class scores (N, classes).

    Args:
        shape: of one sample: (C, H, W) of images, (D,) of points.
        classes: number of classes.
        seed: of its initial weights.
    """
    rng = seeding.torch_generator(seed, "init", "classifier")
    return initialise_module(lambda: build_classifier(shape, classes), rng)


def make_classifier_game(classifier: nn.Module) -> Game:
    """Make the game that minimises the cross-entropy of a classifier, data (N, ...) to (N, K), on labelled data."""

    def loss(batch: Batch, _rng: torch.Generator) -> Tensor:
        assert batch.labels is not None, "a classifier needs labelled data"
        return cross_entropy(classifier(batch.real), batch.labels)

    return Game(players=(Player("classifier", classifier, loss),))
