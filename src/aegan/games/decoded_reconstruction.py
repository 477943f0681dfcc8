"""Decoded codes against reconstructions: what the autoencoder cannot draw gives no fake away."""

from __future__ import annotations

from dataclasses import replace

from aegan.games.adversarial import Parts, Trained, plain_game
from aegan.games.decoded import before_decoder
from aegan.games.game import Game
from aegan.networks.prior import Mixture


def decoded_reconstruction(parts: Parts, trained: Trained) -> Game:
    """Judge Dec(G(z)) against Dec(Enc x), so that all have the decoder's blur in common (a control of this study).

    The trained autoencoder stays as it is; the generator learns through it.
    """
    chain = before_decoder(parts, trained)
    game = plain_game(
        parts,
        chain,
        Mixture.standard(parts.latent),
        real=lambda batch, _rng: trained.autoencoder(batch.real),
        moved=chain[0],
    )
    return replace(game, auxiliary_modules={"autoencoder": trained.autoencoder, **game.auxiliary_modules})
