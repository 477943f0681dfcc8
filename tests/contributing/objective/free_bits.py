"""A variational autoencoder whose divergence is free up to a bound."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat, PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.deterministic import make_autoencoder_player_game
from aegan.games.game import Game
from aegan.networks.autoencoders import Autoencoder
from aegan.objectives.noise import draw_like
from aegan.objectives.reconstruction import sum_squared_error


def free_bits(autoencoder: Autoencoder, *, nats: NonNegativeFloat = 0.1, variance: PositiveFloat = 0.05) -> Game:
    """Variational autoencoder with free bits (Kingma 2016, appendix C.8): −E log p(x|z) + Σⱼ max(λ, KLⱼ).

    KLⱼ is the divergence of number j of the code from N(0, 1), the mean over the batch.

    Args:
        autoencoder: its encoder gives the mean and the log-variance of each code.
        nats: λ, divergence per number of the code that costs nothing more.
        variance: of the likelihood, in squares of the units of the data.
    """

    def compute_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        mean, log_variance = autoencoder.encoder(batch.real).chunk(2, dim=1)
        codes = mean + draw_like(torch.randn, mean, rng) * (log_variance / 2).exp()
        divergences = ((mean.square() + log_variance.exp() - log_variance - 1) / 2).mean(0)
        error = sum_squared_error(autoencoder.decoder(codes), batch.real)
        loss: Tensor = error / (2 * variance) + divergences.clamp(min=nats).sum()
        return loss

    return make_autoencoder_player_game(autoencoder, compute_loss)
