"""Training an autoencoder is a game of one player."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.games.game import Batch, Game, Player
from aegan.networks.autoencoders import Autoencoder
from aegan.objectives.reconstruction import gaussian_divergence, mean_squared_error, squared_error_per_image


def _game(autoencoder: Autoencoder, loss: Callable[[Batch, torch.Generator], Tensor]) -> Game:
    return Game(players=(Player("autoencoder", autoencoder, loss),), reconstruct=autoencoder)


def mse(autoencoder: Autoencoder) -> Game:
    """Plain autoencoder: minimise the mean squared error ‖x − Dec(Enc x)‖², as the article does."""
    return _game(autoencoder, lambda batch, _rng: mean_squared_error(autoencoder(batch.real), batch.real))


def vae(autoencoder: Autoencoder, *, beta: NonNegativeFloat = 1.0) -> Game:
    """Variational autoencoder (Kingma & Welling 2014, eq. 10), with a Gaussian likelihood of variance 1/2.

    Args:
        beta: weight of the divergence between codes and prior; other than 1 it is the β-VAE (Higgins 2017, eq. 4).
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        mean, log_variance = autoencoder.encoder(batch.real).chunk(2, dim=1)
        noise = torch.randn(mean.shape, generator=rng, device=mean.device)
        decoded = autoencoder.decoder(mean + noise * (log_variance / 2).exp())
        return squared_error_per_image(decoded, batch.real) + beta * gaussian_divergence(mean, log_variance)

    return _game(autoencoder, loss)


OBJECTIVES: dict[str, Callable[..., Game]] = {"mse": mse, "vae": vae}

#: numbers an encoder gives per number of the code, where it is not one: a variational one gives mean and log-variance.
HEADS = {"vae": 2}
