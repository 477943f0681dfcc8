"""An energy that leaves alone what it has pushed past a margin."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat

from aegan.games.adversarial import Basics
from aegan.games.energy import energy_game
from aegan.games.game import Game
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.registry import choice


def ebgan(
    parts: Basics,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    margin: PositiveFloat = 0.05,
) -> Game:
    """Energy-based GAN (Zhao 2017, eqs. 1 and 2): D(x) is the mean squared error of D's reconstruction of x.

    The discriminator minimises D(x) + [margin − D(G(z))]₊, the generator D(G(z)). An energy is no logit, so no loss,
    penalty or packing of logits applies, and there is no contest.

    Args:
        architecture: the discriminator, an autoencoder.
        margin: energy above which fakes are left alone, in squares of the pixel range; best below the variance of the
            pixels, which is the energy of data under a discriminator that makes everything their mean.
    """
    return energy_game(
        parts, architecture, torch.square, lambda real, fake: real.mean() + (margin - fake).relu().mean()
    )
