"""Autoencoders with a finite number of codes."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.deterministic import make_autoencoder_player_game
from aegan.games.game import Game
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.quantisation import Codebook, straight_through
from aegan.objectives.reconstruction import sum_squared_error
from aegan.option_types import Width


def vq_vae(
    autoencoder: Autoencoder,
    *,
    entries: Width = 64,
    width: Width = 4,
    commitment: NonNegativeFloat = 0.25,
) -> Game:
    """Vector-quantised autoencoder (VQ-VAE, van den Oord 2017, eq. 3), with a Gaussian likelihood of variance 1/2.

    A code e consists of the codebook's vectors nearest to the pieces of the encoder's z, and the loss is
    ‖x − Dec e‖² + ‖sg[z] − e‖² + β‖z − sg[e]‖², where sg stops gradients; the gradient of the reconstruction
    term is passed from e straight through to z.

    Args:
        autoencoder: its bottleneck is the codebook.
        entries: vectors in the codebook.
        width: numbers per vector; it divides the numbers per code.
        commitment: weight β of the term that keeps the encoder near its nearest vectors.
    """
    codebook = autoencoder.bottleneck
    assert isinstance(codebook, Codebook), "`make_autoencoder` puts one there"
    assert codebook.entries.weight.shape == (entries, width), "it is made by the same options"

    def loss(batch: Batch, _rng: torch.Generator) -> Tensor:
        codes = autoencoder.encoder(batch.real)
        nearest = codebook.quantise(codes)
        decoded = autoencoder.decoder(straight_through(codes, nearest))
        codebook_loss = sum_squared_error(nearest, codes.detach())
        commitment_loss = sum_squared_error(codes, nearest.detach())
        return sum_squared_error(decoded, batch.real) + codebook_loss + commitment * commitment_loss

    return make_autoencoder_player_game(autoencoder, loss)
