"""An energy-based discriminator that ignores fakes whose energy exceeds a margin."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat, PositiveFloat

from aegan.games.components import GeneratorComponents
from aegan.games.energy import make_energy_game
from aegan.games.game import Game
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.objectives.regularisers import pulling_away_term
from aegan.registry import choice


def ebgan(
    components: GeneratorComponents,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    margin: PositiveFloat = 0.05,
    pulling_away: NonNegativeFloat = 0.0,
) -> Game:
    """Energy-based GAN (Zhao 2017, eqs. 1 and 2): D(x) is the mean squared error of D's reconstruction of x.

    The discriminator minimises D(x) + [margin − D(G(z))]₊, the generator D(G(z)). In the paper's EBGAN-PT the generator
    also minimises the pulling-away term (eq. 4): the mean squared cosine between D's codes of different fakes.

    An energy is not a logit, so no loss, penalty or packing of logits applies, and there is no discriminator task.

    Args:
        components: the method's generator.
        architecture: the discriminator, an autoencoder.
        margin: energy above which fakes are ignored, in squares of the pixel range; it should be below the
            variance of the pixels, which is the energy of data if the discriminator reconstructs their mean.
        pulling_away: weight of the pulling-away term, 0.1 in the paper.
    """
    return make_energy_game(
        components,
        architecture,
        torch.square,
        lambda real, fake: real.mean() + (margin - fake).relu().mean(),
        (lambda codes: pulling_away * pulling_away_term(codes)) if pulling_away else None,
    )
