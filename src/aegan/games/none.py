"""No autoencoder: the plain GAN, baseline of every other role."""

from __future__ import annotations

from aegan.games.adversarial import Parts, plain_game
from aegan.games.game import Game
from aegan.networks.prior import Mixture


def none(parts: Parts) -> Game:
    """Plain GAN (Goodfellow 2014): no autoencoder takes part."""
    return plain_game(parts, parts.generator(parts.latent, parts.shape, parts.output), Mixture.standard(parts.latent))
