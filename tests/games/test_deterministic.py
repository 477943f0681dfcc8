"""Objectives of deterministic autoencoders, by hand, on a linear autoencoder of points with three numbers."""

import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.assembly import make_autoencoder_game
from aegan.games.deterministic import contractive

CODE = 2


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def matrices(autoencoder):
    return autoencoder.encoder.dense1.weight, autoencoder.decoder.dense1.weight


def normal(*shape):
    return torch.randn(shape, generator=rng(), dtype=torch.float64)


def test_plain_objective_is_the_mean_squared_error(tiny, batch):
    game = make_autoencoder_game(tiny.entry(), tiny.SHAPE, 0)
    (player,) = game.players
    by_hand = (game.reconstruct(batch.real) - batch.real).square().sum() / (6 * 64)
    assert_close(player.loss(batch, rng()), by_hand)


@pytest.mark.parametrize("deviation", [0.1, 2.0])
def test_denoising_reconstructs_clean_data_from_noisy_ones(linear, deviation):
    autoencoder, player, batch = linear("denoising", deviation=deviation)
    encode, decode = matrices(autoencoder)
    noisy = batch.real + deviation * normal(5, 3)
    by_hand = (noisy @ encode.T @ decode.T - batch.real).square().sum() / 15
    assert_close(player.loss(batch, rng()), by_hand)


def test_noise_shrinks_a_linear_autoencoder(linear):
    """The expected loss is that of clean data plus σ²·‖VW‖²/3, so noise pulls VW towards zero."""
    autoencoder, player, batch = linear("denoising", deviation=3.0)
    many = Batch(batch.real.repeat(2000, 1))
    encode, decode = matrices(autoencoder)
    error = (batch.real @ encode.T @ decode.T - batch.real).square().mean()
    expected = error + 9 * (decode @ encode).square().sum() / 3
    assert_close(player.loss(many, rng()), expected, rtol=0.05, atol=0)


@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_contractive_adds_the_norm_of_the_encoders_jacobian(linear, weight):
    autoencoder, player, batch = linear("contractive", weight=weight)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():  # rows at right angles: the estimate is then exact, whatever the signs
        encode[1] -= encode[1] @ encode[0] / encode[0].square().sum() * encode[0]
    error = (batch.real @ encode.T @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + weight * encode.square().sum())


def test_contraction_shrinks_the_encoder_alone(linear):
    autoencoder, held, batch = linear("contractive", weight=0.7)
    (free,) = contractive(autoencoder, weight=0.0).players
    encode, decode = matrices(autoencoder)
    pulls = torch.autograd.grad(held.loss(batch, rng()) - free.loss(batch, rng()), [encode, decode])
    assert (pulls[0] * encode).sum() > 0
    assert_close(pulls[1], torch.zeros(3, CODE).double())


def test_wae_adds_the_discrepancy_of_codes_from_draws_of_the_prior(linear):
    autoencoder, player, batch = linear("wae_mmd", weight=3.0)
    encode, decode = matrices(autoencoder)
    codes, draws = batch.real @ encode.T, normal(5, CODE)

    def kernel(x, y):
        return 2 * CODE / (2 * CODE + (x - y).square().sum())

    pairs = [(i, j) for i in range(5) for j in range(5)]
    within = sum(kernel(a[i], a[j]) for a in (codes, draws) for i, j in pairs if i != j) / 20
    discrepancy = within - 2 * sum(kernel(codes[i], draws[j]) for i, j in pairs) / 25
    error = (codes @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + 3.0 * discrepancy)


@pytest.mark.parametrize("beta", [0.0, 0.4])
def test_rae_holds_codes_and_the_decoders_weights(linear, beta):
    autoencoder, player, batch = linear("rae", beta=beta, regulariser="weights", weight=0.3)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        autoencoder.decoder.dense1.bias.fill_(0.5)
    codes = batch.real @ encode.T
    error = (codes @ decode.T + 0.5 - batch.real).square().sum() / 5
    held = beta / 2 * codes.square().sum() / 5 + 0.3 * (decode.square().sum() + 3 * 0.5**2)
    assert_close(player.loss(batch, rng()), error + held)


def test_rae_holds_the_decoders_slopes(linear):
    autoencoder, player, batch = linear("rae", beta=0.0, regulariser="slopes", weight=0.3)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        decode.zero_()
        decode[0, 0] = decode[1, 1] = 2.0  # rows at right angles, as above
    error = (batch.real @ encode.T @ decode.T - batch.real).square().sum() / 5
    assert_close(player.loss(batch, rng()), error + 0.3 * 8)
    (slope,) = torch.autograd.grad(player.loss(batch, rng()) - error, decode)
    assert slope[0, 0] > 0
    assert slope[1, 1] > 0
