"""The role of methods without an autoencoder: the plain GAN, baseline of every other role."""

from __future__ import annotations

from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.plain_gan import make_plain_gan
from aegan.networks.prior import Mixture


def none(components: AdversarialComponents) -> Game:
    """Plain GAN (Goodfellow 2014, eq. 1): D judges x against G(z), z from N(0, I); there is no autoencoder."""
    return make_plain_gan(components, components.make_data_generator(), Mixture.standard_normal(components.latent))
