"""The generator makes codes, and the decoder turns them to data before they are judged."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from aegan.games.adversarial import Parts, Trained, plain_game
from aegan.games.game import Game
from aegan.networks.prior import Mixture


def decoded(parts: Parts, trained: Trained) -> Game:
    """Judge Dec(G(z)) against x (medGAN, Choi 2017): generator and trained decoder move together, as one player.

    The encoder's work is done: it has taught the decoder.
    """
    return plain_game(parts, before_decoder(parts, trained), Mixture.standard(parts.latent))


def before_decoder(parts: Parts, trained: Trained) -> nn.Sequential:
    """Put a fresh generator of codes before the trained decoder."""
    codes = parts.generator(parts.latent, (trained.autoencoder.code,), None)
    return nn.Sequential(OrderedDict(codes=codes, decoder=trained.autoencoder.decoder))
