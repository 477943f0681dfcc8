"""The generator makes codes, which the decoder turns into data before the discriminator sees them."""

from __future__ import annotations

from torch import nn

from aegan.games.components import AdversarialComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.adversaries import chain_generators
from aegan.networks.prior import Mixture


def decoded(components: AdversarialComponents, trained: TrainedAutoencoder) -> Game:
    """Judge Dec(G(z)) against x (medGAN, Choi 2017): generator and trained decoder move together, as one player.

    The encoder is not used; it was needed to train the decoder. medGAN's discriminator has `minibatch_averaging`.
    """
    generator = make_generator_with_decoder(components, trained)
    return make_plain_gan(components, generator, Mixture.standard_normal(components.latent))


def make_generator_with_decoder(components: AdversarialComponents, trained: TrainedAutoencoder) -> nn.Sequential:
    """Put a new generator of codes before the trained decoder: (N, latent) to data (N, ...)."""
    codes = components.generator(components.latent, (trained.autoencoder.code,), None)
    return chain_generators(codes, trained.autoencoder.decoder)
