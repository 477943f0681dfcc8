"""Autoencoders whose code is drawn from a distribution that depends on the data."""

from __future__ import annotations

from math import log

import torch
from pydantic import NonNegativeFloat, PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.deterministic import make_autoencoder_player_game
from aegan.games.game import Game
from aegan.networks.autoencoders import Autoencoder
from aegan.objectives.noise import draw_like
from aegan.objectives.reconstruction import gaussian_divergence, sum_squared_error
from aegan.option_types import Repetitions


def vae(autoencoder: Autoencoder, *, beta: NonNegativeFloat = 1.0, variance: PositiveFloat = 0.5) -> Game:
    """Variational autoencoder (Kingma & Welling 2014, eq. 10), with a Gaussian likelihood.

    Args:
        autoencoder: its encoder gives the mean and the log-variance of each code.
        beta: weight of the divergence between codes and prior; other values than 1: the β-VAE (Higgins 2017, eq. 4).
        variance: of the likelihood, in squares of the units of the data. Details whose squared size is below it are
            not worth their divergence; if it is too large, codes carry no information about the data.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes, divergence = sample_codes(autoencoder, batch.real, rng)
        error = sum_squared_error(autoencoder.decoder(codes), batch.real)
        return error / (2 * variance) + beta * divergence

    return make_autoencoder_player_game(autoencoder, loss)


def iwae(autoencoder: Autoencoder, *, samples: Repetitions = 5, variance: PositiveFloat = 0.5) -> Game:
    """Importance-weighted autoencoder (Burda 2016, eq. 8), with a Gaussian likelihood.

    It minimises −E log (1/k · Σᵢ p(x, zᵢ) / q(zᵢ | x)) with k codes zᵢ drawn from q(z | x), up to a constant.

    Args:
        autoencoder: its encoder gives the mean and the log-variance of each code.
        samples: number k of codes per datum; 1 gives the VAE with an estimated instead of an exact divergence.
        variance: as in `vae`.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        mean, log_variance = autoencoder.encoder(batch.real).chunk(2, dim=1)
        noise = draw_like(torch.randn, mean, rng, (samples, *mean.shape))
        codes = mean + noise * (log_variance / 2).exp()
        decoded = autoencoder.decoder(codes.flatten(0, 1)).unflatten(0, codes.shape[:2])
        log_likelihood = -(decoded - batch.real).square().flatten(2).sum(2) / (2 * variance)
        prior_over_posterior = (noise.square() - codes.square() + log_variance).sum(2) / 2  # in logarithms
        bounds: Tensor = (log_likelihood + prior_over_posterior).logsumexp(0) - log(samples)
        return -bounds.mean()

    return make_autoencoder_player_game(autoencoder, loss)


def sample_codes(autoencoder: Autoencoder, data: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw a code of each sample from a variational encoder.

    Args:
        autoencoder: its encoder gives the mean and the log-variance of each code.
        data: (N, ...).
        rng: draws the codes.

    Returns:
        The codes (N, code), and their divergence () from N(0, I).
    """
    mean, log_variance = autoencoder.encoder(data).chunk(2, dim=1)
    return mean + draw_like(torch.randn, mean, rng) * (log_variance / 2).exp(), gaussian_divergence(mean, log_variance)
