"""The autoencoder gives the generator its initial weights."""

from __future__ import annotations

from aegan.games.components import DiscriminatorComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.games.plain_gan import make_plain_gan


def warm_start(components: DiscriminatorComponents, trained: TrainedAutoencoder) -> Game:
    """Initialise the generator with the trained decoder, then train the plain GAN (Unbalanced GANs, Ham 2020).

    Codes are drawn from the prior fitted on the autoencoder's codes, because the decoder was trained to decode those.
    """
    return make_plain_gan(components, trained.autoencoder.decoder, trained.prior)
