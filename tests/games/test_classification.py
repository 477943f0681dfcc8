import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.autoencoder_objectives import HEADS, OBJECTIVES, vae
from aegan.games.classification import classification
from aegan.games.roles import autoencoder_game, fresh_autoencoder


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch(tiny):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()))


def test_plain_objective_is_the_mean_squared_error(tiny, batch):
    game = autoencoder_game(tiny.entry(), tiny.SHAPE, 0)
    (player,) = game.players
    by_hand = (game.reconstruct(batch.real) - batch.real).square().sum() / (6 * 64)
    assert_close(player.loss(batch, rng()), by_hand)


@pytest.mark.parametrize("beta", [0.0, 1.0, 7.5])
def test_variational_objective_is_error_plus_beta_divergence(tiny, batch, beta):
    autoencoder = fresh_autoencoder(tiny.entry("vae"), tiny.SHAPE, 0)
    encoded = autoencoder.encoder(batch.real)
    mean, log_variance = encoded[:, :4], encoded[:, 4:]
    codes = mean + torch.exp(0.5 * log_variance) * torch.randn(6, 4, generator=rng())
    error = ((autoencoder.decoder(codes) - batch.real) ** 2).sum() / 6
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / 6
    (player,) = vae(autoencoder, beta=beta).players
    assert_close(player.loss(batch, rng()), error + beta * divergence)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_an_encoder_has_as_many_heads_as_its_objective_wants(tiny, objective, batch):
    autoencoder = fresh_autoencoder(tiny.entry(objective), tiny.SHAPE, 0)
    assert autoencoder.encoder(batch.real).shape == (6, 4 * HEADS.get(objective, 1))
    assert autoencoder.encode(batch.real).shape == (6, 4)


def test_autoencoders_that_share_a_seed_start_alike(tiny):
    first, same, other = (fresh_autoencoder(tiny.entry(), tiny.SHAPE, seed).state_dict() for seed in (0, 0, 1))
    assert tiny.identical(first, same)
    assert not tiny.identical(first, other)


def test_classification_is_the_cross_entropy():
    logits = torch.tensor([[0.0, 0.0], [2.0, -1.0]])
    (player,) = classification(nn.Identity()).players
    by_hand = (math.log(2) + math.log(1 + math.exp(3.0))) / 2
    assert_close(player.loss(Batch(logits, torch.tensor([0, 1])), rng()), torch.tensor(by_hand))


def test_classification_needs_labels():
    (player,) = classification(nn.Identity()).players
    with pytest.raises(AssertionError, match="labelled"):
        player.loss(Batch(torch.zeros(1, 2)), rng())
