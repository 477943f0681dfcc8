"""An energy-based discriminator that ignores fakes whose energy exceeds a margin."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat

from aegan.games.components import GeneratorComponents
from aegan.games.energy import make_energy_game
from aegan.games.game import Game
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.registry import choice


def ebgan(
    components: GeneratorComponents,
    *,
    architecture: choice(AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    margin: PositiveFloat = 0.05,
) -> Game:
    """Energy-based GAN (Zhao 2017, eqs. 1 and 2): D(x) is the mean squared error of D's reconstruction of x.

    The discriminator minimises D(x) + [margin − D(G(z))]₊, the generator D(G(z)). An energy is not a logit, so no loss,
    penalty or packing of logits applies, and there is no discriminator task.

    Args:
        components: the method's generator.
        architecture: the discriminator, an autoencoder.
        margin: energy above which fakes are ignored, in squares of the pixel range; it should be below the
            variance of the pixels, which is the energy of data if the discriminator reconstructs their mean.
    """
    return make_energy_game(
        components, architecture, torch.square, lambda real, fake: real.mean() + (margin - fake).relu().mean()
    )
