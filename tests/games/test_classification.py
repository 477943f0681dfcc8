import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.classification import make_classifier_game


def rng():
    return torch.Generator().manual_seed(0)


def test_classification_is_the_cross_entropy():
    logits = torch.tensor([[0.0, 0.0], [2.0, -1.0]])
    (player,) = make_classifier_game(nn.Identity()).players
    by_hand = (math.log(2) + math.log(1 + math.exp(3.0))) / 2
    assert_close(player.loss(Batch(logits, torch.tensor([0, 1])), rng()), torch.tensor(by_hand))


def test_classification_needs_labels():
    (player,) = make_classifier_game(nn.Identity()).players
    with pytest.raises(AssertionError, match="labelled"):
        player.loss(Batch(torch.zeros(1, 2)), rng())
