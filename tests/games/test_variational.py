"""Objectives of variational autoencoders, by hand, on a linear autoencoder of points with three numbers."""

import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.assembly import make_autoencoder
from aegan.games.autoencoder_objectives import vae

CODE = 2


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def matrices(autoencoder):
    return autoencoder.encoder.dense1.weight, autoencoder.decoder.dense1.weight


def normal(*shape):
    return torch.randn(shape, generator=rng(), dtype=torch.float64)


@pytest.mark.parametrize("beta", [0.0, 1.0, 7.5])
def test_variational_objective_is_error_plus_beta_divergence(tiny, batch, beta):
    autoencoder = make_autoencoder(tiny.entry("vae"), tiny.SHAPE, 0)
    encoded = autoencoder.encoder(batch.real)
    mean, log_variance = encoded[:, :4], encoded[:, 4:]
    codes = mean + torch.exp(0.5 * log_variance) * torch.randn(6, 4, generator=rng())
    error = ((autoencoder.decoder(codes) - batch.real) ** 2).sum() / 6
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / 6
    (player,) = vae(autoencoder, beta=beta).players
    assert_close(player.loss(batch, rng()), error + beta * divergence)


def variational(linear, name, **options):
    """A variational one, its data, and its mean and log-variance of them (5, 2)."""
    autoencoder, player, batch = linear(name, **options)
    encode, decode = matrices(autoencoder)
    with torch.no_grad():
        encode[CODE:] *= 0.3
    encoded = batch.real @ encode.T
    return player, batch, decode, encoded[:, :CODE], encoded[:, CODE:]


@pytest.mark.parametrize("variance", [0.5, 0.05])
def test_the_variance_of_the_likelihood_divides_the_error(linear, variance):
    player, batch, decode, mean, log_variance = variational(linear, "vae", beta=3.0, variance=variance)
    codes = mean + (log_variance / 2).exp() * normal(5, CODE)
    error = (codes @ decode.T - batch.real).square().sum() / 5
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / 5
    assert_close(player.loss(batch, rng()), error / (2 * variance) + 3.0 * divergence)


def log_weights(batch, decode, mean, log_variance, count, variance):
    """Logarithms (count, 5) of p(x, z) / q(z | x), by torch's distributions, without the constant of p(x | z)."""
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    codes = mean + posterior.scale * normal(count, 5, CODE)
    prior = torch.distributions.Normal(torch.zeros(CODE).double(), 1.0)
    likelihood = -(codes @ decode.T - batch.real).square().sum(2) / (2 * variance)
    return likelihood + prior.log_prob(codes).sum(2) - posterior.log_prob(codes).sum(2)


@pytest.mark.parametrize("samples", [1, 2, 7])
@pytest.mark.parametrize("variance", [0.5, 0.05])
def test_iwae_is_the_logarithm_of_the_mean_weight(linear, samples, variance):
    player, batch, *posterior = variational(linear, "iwae", samples=samples, variance=variance)
    weights = log_weights(batch, *posterior, samples, variance).exp()
    assert_close(player.loss(batch, rng()), -weights.mean(0).log().mean())


def test_iwae_with_one_sample_is_the_vae_with_its_divergence_estimated(linear):
    player, batch, decode, mean, log_variance = variational(linear, "iwae", samples=1)
    noise = normal(1, 5, CODE)[0]
    codes = mean + (log_variance / 2).exp() * noise
    error = (codes @ decode.T - batch.real).square().sum() / 5
    estimated = (codes**2 - noise**2 - log_variance).sum() / 2 / 5
    assert_close(player.loss(batch, rng()), error + estimated)
    many = Batch(batch.real.repeat(4000, 1))
    assert_close(player.loss(many, rng()), variational(linear, "vae")[0].loss(many, rng()), rtol=0.02, atol=0)


@pytest.mark.parametrize("samples", [2, 7])
def test_the_bound_of_iwae_is_no_looser_than_the_mean_of_the_vaes_of_its_samples(linear, samples):
    player, batch, *posterior = variational(linear, "iwae", samples=samples)
    of_vae = -log_weights(batch, *posterior, samples, 0.5).mean()
    assert player.loss(batch, rng()) < of_vae  # Jensen, on the same draws


def test_the_bound_of_iwae_tightens_with_the_samples(linear):
    many = Batch(linear("iwae")[2].real.repeat(2000, 1))
    losses = [variational(linear, "iwae", samples=samples)[0].loss(many, rng()).item() for samples in (1, 3, 10, 30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > losses[-1] + 0.1
