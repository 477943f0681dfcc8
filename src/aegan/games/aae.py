"""An autoencoder whose codes an adversary holds to a prior, by turns with its reconstruction."""

from __future__ import annotations

from aegan.games.adversarial import Parts, adversarial_players
from aegan.games.codes import codes_game
from aegan.games.deterministic import mse
from aegan.games.game import Game
from aegan.networks.autoencoders import SIGNED
from aegan.registry import choice


def aae(
    parts: Parts,
    *,
    architecture: choice(SIGNED) = "dense",  # type: ignore[valid-type]
) -> Game:
    """Adversarial autoencoder (Makhzani 2016, section 2), with a deterministic encoder and the prior N(0, I).

    The encoder is the generator of a GAN on codes, whose real data are draws of the prior; in a move of its own the
    whole autoencoder minimises the mean squared error ‖x − Dec(Enc x)‖², which in the paper comes first in a round.

    Args:
        architecture: the autoencoder.
    """
    return codes_game(
        parts,
        architecture,
        lambda autoencoder, discriminator, shown: (
            *adversarial_players(autoencoder.encoder, discriminator, shown, parts),
            *mse(autoencoder).players,
        ),
    )
