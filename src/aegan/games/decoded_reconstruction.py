"""Decoded codes against reconstructions, so that errors of the decoder do not distinguish fakes from real data."""

from __future__ import annotations

from dataclasses import replace

from aegan.games.components import AdversarialComponents, TrainedAutoencoder
from aegan.games.decoded import make_generator_with_decoder
from aegan.games.game import Game
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.prior import Mixture


def decoded_reconstruction(components: AdversarialComponents, trained: TrainedAutoencoder) -> Game:
    """Judge Dec(G(z)) against Dec(Enc x), so that both have the decoder's blur (a control of this study).

    The trained autoencoder is frozen; the generator learns through it.
    """
    generator = make_generator_with_decoder(components, trained)
    game = make_plain_gan(
        components,
        generator,
        Mixture.standard_normal(components.latent),
        real=lambda batch, _rng: trained.autoencoder(batch.real),
        trainable=generator[0],
    )
    return replace(game, auxiliary_modules={"autoencoder": trained.autoencoder, **game.auxiliary_modules})
