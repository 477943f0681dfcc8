"""Autoencoders whose code is a function of the data."""

from __future__ import annotations

from typing import Literal

import torch
from pydantic import NonNegativeFloat, PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.game import Game, LossFunction, Player
from aegan.networks.autoencoders import Autoencoder
from aegan.objectives.noise import draw_like
from aegan.objectives.reconstruction import mean_squared_error, sum_squared_error
from aegan.objectives.regularisers import estimate_jacobian_norm, estimate_squared_mmd


def make_autoencoder_player_game(autoencoder: Autoencoder, loss: LossFunction) -> Game:
    """Make the game whose only player is an autoencoder that minimises a loss ()."""
    return Game(players=(Player("autoencoder", autoencoder, loss),), reconstruct=autoencoder)


def mse(autoencoder: Autoencoder) -> Game:
    """Plain autoencoder: minimise the mean squared error ‖x − Dec(Enc x)‖², as the article does."""

    def loss(batch: Batch, _rng: torch.Generator) -> Tensor:
        return mean_squared_error(autoencoder(batch.real), batch.real)

    return make_autoencoder_player_game(autoencoder, loss)


def denoising(autoencoder: Autoencoder, *, deviation: PositiveFloat = 0.3) -> Game:
    """Denoising autoencoder (Vincent 2008; with Gaussian noise, Vincent 2010): reconstruct x from x + noise.

    Args:
        deviation: standard deviation of the noise, in the units of the data: images lie in [0, 1].
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        noisy = batch.real + deviation * draw_like(torch.randn, batch.real, rng)
        return mean_squared_error(autoencoder(noisy), batch.real)

    return make_autoencoder_player_game(autoencoder, loss)


def contractive(autoencoder: Autoencoder, *, weight: NonNegativeFloat = 0.01) -> Game:
    """Contractive autoencoder (Rifai 2011): minimise ‖x − Dec(Enc x)‖² + λ‖∂Enc/∂x‖²_F.

    The norm is estimated without bias, from one random projection of the Jacobian per datum.

    Args:
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes, jacobian_norm = estimate_jacobian_norm(autoencoder.encode, batch.real, rng)
        return sum_squared_error(autoencoder.decoder(codes), batch.real) + weight * jacobian_norm

    return make_autoencoder_player_game(autoencoder, loss)


def wae_mmd(autoencoder: Autoencoder, *, weight: NonNegativeFloat = 10.0) -> Game:
    """Wasserstein autoencoder (Tolstikhin 2018, algorithm 2): ‖x − Dec(Enc x)‖² + λ·MMD²(Enc x, N(0, I)).

    The discrepancy of a batch of codes from as many draws is estimated without bias, under the inverse multiquadratic
    kernel with C = 2 · code, as in the paper's experiments.

    Args:
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = autoencoder.encode(batch.real)
        error = sum_squared_error(autoencoder.decoder(codes), batch.real)
        draws = draw_like(torch.randn, codes, rng)
        return error + weight * estimate_squared_mmd(codes, draws, 2.0 * autoencoder.code)

    return make_autoencoder_player_game(autoencoder, loss)


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
        autoencoder: Enc and Dec.
        beta: weight β that keeps codes from growing.
        regulariser: what keeps the decoder smooth: its slopes (RAE-GP) or its weights (RAE-L2).
        weight: weight λ.
    """

    def loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = autoencoder.encode(batch.real)
        if regulariser == "slopes":
            decoded, regularisation = estimate_jacobian_norm(autoencoder.decoder, codes, rng)
        else:
            decoded = autoencoder.decoder(codes)
            regularisation = torch.stack([p.square().sum() for p in autoencoder.decoder.parameters()]).sum()
        error = sum_squared_error(decoded, batch.real)
        return error + beta / 2 * codes.square().sum(1).mean() + weight * regularisation

    return make_autoencoder_player_game(autoencoder, loss)
