"""Data and networks that tests of games share."""

import pytest
import torch

from aegan.data.batch import Batch
from aegan.games.assembly import make_autoencoder_game
from aegan.games.autoencoder_objectives import OBJECTIVES


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def batch(tiny):
    """Six random images without labels."""
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()))


@pytest.fixture
def linear():
    """Make a linear autoencoder with two numbers per code by objective, its player and the data x (5, 3), in float64.

    Enc(x) = Wx, Dec(z) = Vz.
    """

    def make(name, **options):
        width = {"width": 1} if OBJECTIVES[name].make_bottleneck else {}
        autoencoder_config = {
            "architecture": {"name": "dense", "code": 2, "depth": 0},
            "objective": {"name": name, **width, **options},
        }
        (player,) = make_autoencoder_game(autoencoder_config, (3,), 0).players
        player.module.double()
        return player.module, player, Batch(torch.randn(5, 3, generator=rng(1), dtype=torch.float64))

    return make
