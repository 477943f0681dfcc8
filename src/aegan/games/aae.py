"""An autoencoder whose codes a discriminator matches to a prior; reconstruction is a separate move."""

from __future__ import annotations

from aegan.games.adversarial import make_adversarial_players
from aegan.games.codes import make_code_game
from aegan.games.components import DiscriminatorComponents
from aegan.games.deterministic import mse
from aegan.games.game import Game
from aegan.networks.autoencoders import SIGNED_AUTOENCODERS
from aegan.registry import choice


def aae(
    components: DiscriminatorComponents,
    *,
    architecture: choice(SIGNED_AUTOENCODERS) = "dense",  # type: ignore[valid-type]
) -> Game:
    """Adversarial autoencoder (Makhzani 2016, section 2), with a deterministic encoder and the prior N(0, I).

    The encoder is the generator of a GAN on codes, whose real data are draws of the prior. The whole autoencoder
    minimises the mean squared error ‖x − Dec(Enc x)‖² in a separate move, last in a round; in the paper it is first.

    Args:
        architecture: the autoencoder.
    """
    return make_code_game(
        components,
        architecture,
        lambda autoencoder, discriminator, task: (
            *make_adversarial_players(components, autoencoder.encoder, discriminator, task),
            *mse(autoencoder).players,
        ),
    )
