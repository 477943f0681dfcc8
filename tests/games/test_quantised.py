"""The objective of the VQ-VAE, by hand, on a linear autoencoder of points with three numbers."""

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.training.cohort import train


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def matrices(autoencoder):
    return autoencoder.encoder.dense1.weight, autoencoder.decoder.dense1.weight


@pytest.fixture
def quantised(linear):
    """A VQ-VAE with one number a piece and the vectors −1, 0 and 1."""
    autoencoder, player, batch = linear("vq_vae", entries=3, commitment=0.25)
    with torch.no_grad():
        autoencoder.bottleneck.entries.weight[:] = torch.tensor([[-1.0], [0.0], [1.0]])
    encode, decode = matrices(autoencoder)
    codes = batch.real @ encode.T
    return player, batch, decode, codes, codes.detach().clamp(-1, 1).round()


def test_vq_by_hand(quantised):
    player, batch, decode, codes, nearest = quantised
    error = (nearest @ decode.T - batch.real).square().sum() / 5
    assert len(nearest.unique()) == 3
    assert_close(player.module.encode(batch.real), nearest)
    assert_close(player.module(batch.real), nearest @ decode.T)
    assert_close(player.loss(batch, rng()), error + 1.25 * (codes - nearest).square().sum() / 5)


def test_vq_gives_the_codebook_the_gradient_of_its_distance_alone(quantised):
    player, batch, _, codes, nearest = quantised
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), player.module.bottleneck.entries.weight)
    by_hand = [(2 * (nearest - codes) * (nearest == vector)).sum() / 5 for vector in (-1, 0, 1)]
    assert_close(slope[:, 0], torch.stack(by_hand))


def test_vq_gives_the_encoder_the_decoders_gradient_and_its_commitment(quantised):
    player, batch, decode, codes, nearest = quantised
    encode = player.module.encoder.dense1.weight
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), encode)
    of_codes = 2 * (nearest @ decode.T - batch.real) @ decode / 5 + 0.25 * 2 * (codes - nearest) / 5
    assert_close(slope, of_codes.T @ batch.real)


def test_vq_gives_the_decoder_the_gradient_at_the_vectors(quantised):
    player, batch, decode, _, nearest = quantised
    (slope,) = torch.autograd.grad(player.loss(batch, rng()), player.module.decoder.dense1.weight)
    assert_close(slope, 2 * (nearest @ decode.T - batch.real).T @ nearest / 5)


@pytest.mark.parametrize("role", ["reconstruction", "latent", "warm_start"])
def test_roles_play_with_an_autoencoder_that_quantises(tiny, role):
    trained = tiny.trained(autoencoder_config=tiny.entry("vq_vae"))
    game = make_gan_game(tiny.method(role), tiny.SHAPE, 0, trained)
    before = tiny.weights(game)
    rows = (
        ArrayDataset(ArrayDataset(tiny.images()).map_batches(trained.autoencoder.encode))
        if game.data_kind == "codes"
        else None
    )
    train(tiny.member(game, rows=rows), 2, [])
    moved = {key.split("/")[0] for key, value in tiny.weights(game).items() if not torch.equal(value, before[key])}
    assert moved == {"discriminator", "generator"}


def test_the_articles_fakes_come_through_the_bottleneck(tiny):
    autoencoder = (trained := tiny.trained(autoencoder_config=tiny.entry("vq_vae"))).autoencoder
    game = make_gan_game(tiny.method("reconstruction"), tiny.SHAPE, 0, trained)
    real = ArrayDataset(tiny.images()).select_batch(np.arange(4)).real
    codes = autoencoder.bottleneck(autoencoder.encoder(real))
    assert_close(game.reconstruct(real), autoencoder.decoder(codes))
    assert game.modules["bottleneck"] is autoencoder.bottleneck
