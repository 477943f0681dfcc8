"""Training a classifier is a game of one player; its penultimate layer is a feature space for evaluation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan.data.batch import Batch
from aegan.games.game import Game, Player


def classification(classifier: nn.Module) -> Game:
    """Minimise the cross-entropy of a classifier (N, C, H, W) -> (N, classes) on labelled batches."""

    def loss(batch: Batch, _rng: torch.Generator) -> Tensor:
        assert batch.labels is not None, "a classifier needs labelled data"
        return cross_entropy(classifier(batch.real), batch.labels)

    return Game(players=(Player("classifier", classifier, loss),))
