"""The autoencoder gives the generator its initial weights."""

from __future__ import annotations

from aegan.games.adversarial import Parts, Trained, plain_game
from aegan.games.game import Game


def warm_start(parts: Parts, trained: Trained) -> Game:
    """Start the generator as the trained decoder, then play the plain GAN (Unbalanced GANs, Ham 2020).

    Codes are drawn from the prior fitted on the autoencoder's codes, for that is what its decoder has learned to map.
    """
    return plain_game(parts, trained.autoencoder.decoder, trained.prior)
