"""Autoencoders whose code is one of finitely many."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat, PositiveInt
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.deterministic import autoencoding
from aegan.games.game import Game
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.quantisation import Codebook, straight_through
from aegan.objectives.reconstruction import squared_error_per_image


def vq_vae(
    autoencoder: Autoencoder,
    *,
    entries: PositiveInt = 64,
    width: PositiveInt = 4,
    commitment: NonNegativeFloat = 0.25,
) -> Game:
    """Vector-quantised autoencoder (VQ-VAE, van den Oord 2017, eq. 3), with a Gaussian likelihood of variance 1/2.

    A code e is made of the vectors of a codebook that are nearest to the pieces of the encoder's z, and the loss is
    ‖x − Dec e‖² + ‖sg[z] − e‖² + β‖z − sg[e]‖², where sg stops gradients; that of the reconstruction passes e as if it
    were z.

    Args:
        entries: vectors in the codebook.
        width: numbers per vector; it divides the numbers per code.
        commitment: weight β of what holds the encoder to the vectors it has chosen.
    """
    codebook = autoencoder.bottleneck
    assert isinstance(codebook, Codebook), "`fresh_autoencoder` puts one there"
    assert codebook.entries.weight.shape == (entries, width), "it is made by the same options"

    def loss(batch: Batch, _rng: torch.Generator) -> Tensor:
        codes = autoencoder.encoder(batch.real)
        nearest = codebook.nearest(codes)
        decoded = autoencoder.decoder(straight_through(codes, nearest))
        learned = squared_error_per_image(nearest, codes.detach())
        committed = squared_error_per_image(codes, nearest.detach())
        return squared_error_per_image(decoded, batch.real) + learned + commitment * committed

    return autoencoding(autoencoder, loss)
