"""Autoencoders whose code is a function of the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.game import Game, Player
from aegan.networks.autoencoders import Autoencoder
from aegan.objectives.reconstruction import mean_squared_error, squared_error_per_image
from aegan.objectives.regularisers import discrepancy, with_slopes


def autoencoding(autoencoder: Autoencoder, loss: Callable[[Batch, torch.Generator], Tensor]) -> Game:
    """Make the game whose only player is an autoencoder."""
    return Game(players=(Player("autoencoder", autoencoder, loss),), reconstruct=autoencoder)


def mse(autoencoder: Autoencoder) -> Game:
    """Plain autoencoder: minimise the mean squared error ‖x − Dec(Enc x)‖², as the article does."""
    return autoencoding(autoencoder, lambda batch, _rng: mean_squared_error(autoencoder(batch.real), batch.real))


def denoising(autoencoder: Autoencoder, *, deviation: PositiveFloat = 0.3) -> Game:
    """Denoising autoencoder (Vincent 2008; with Gaussian noise, Vincent 2010): reconstruct x from x + noise.

    Args:
        deviation: standard deviation of the noise, in the units of the data: images lie in [0, 1].
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return mean_squared_error(autoencoder(batch.real + deviation * noise_like(batch.real, rng)), batch.real)

    return autoencoding(autoencoder, loss)


def contractive(autoencoder: Autoencoder, *, weight: NonNegativeFloat = 0.01) -> Game:
    """Contractive autoencoder (Rifai 2011): minimise ‖x − Dec(Enc x)‖² + λ‖∂Enc/∂x‖²_F.

    The norm is estimated without bias, from one random projection of the Jacobian per datum.

    Args:
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes, slopes = with_slopes(autoencoder.encode, batch.real, rng)
        return squared_error_per_image(autoencoder.decoder(codes), batch.real) + weight * slopes

    return autoencoding(autoencoder, loss)


def wae_mmd(autoencoder: Autoencoder, *, weight: NonNegativeFloat = 10.0) -> Game:
    """Wasserstein autoencoder (Tolstikhin 2018, algorithm 2): ‖x − Dec(Enc x)‖² + λ·MMD²(Enc x, N(0, I)).

    The discrepancy of a batch of codes from as many draws is estimated without bias, under the inverse multiquadratic
    kernel with C = 2 · code, as in the paper's experiments.

    Args:
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = autoencoder.encode(batch.real)
        error = squared_error_per_image(autoencoder.decoder(codes), batch.real)
        return error + weight * discrepancy(codes, noise_like(codes, rng), 2.0 * autoencoder.code)

    return autoencoding(autoencoder, loss)


def rae(
    autoencoder: Autoencoder,
    *,
    beta: NonNegativeFloat = 1e-3,
    regulariser: Literal["slopes", "weights"] = "slopes",
    weight: NonNegativeFloat = 1e-3,
) -> Game:
    """Regularised autoencoder (RAE, Ghosh 2020, section 3): ‖x − Dec z‖² + β/2·‖z‖² + λ·R(Dec), with z = Enc(x).

    R is either the gradient penalty ‖∂Dec/∂z‖²_F (RAE-GP), estimated without bias from one random projection per datum,
    or the sum of the squares of the decoder's parameters (RAE-L2).

    Args:
        beta: weight β that keeps codes from growing.
        regulariser: what holds the decoder smooth: its slopes (RAE-GP) or its weights (RAE-L2).
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = autoencoder.encode(batch.real)
        if regulariser == "slopes":
            decoded, rough = with_slopes(autoencoder.decoder, codes, rng)
        else:
            decoded = autoencoder.decoder(codes)
            rough = torch.stack([weights.square().sum() for weights in autoencoder.decoder.parameters()]).sum()
        error = squared_error_per_image(decoded, batch.real)
        return error + beta / 2 * codes.square().sum(1).mean() + weight * rough

    return autoencoding(autoencoder, loss)


def noise_like(data: Tensor, rng: torch.Generator) -> Tensor:
    """Draw from the standard normal distribution as many numbers as there are in data, of their type."""
    return torch.randn(data.shape, generator=rng, device=data.device, dtype=data.dtype)
