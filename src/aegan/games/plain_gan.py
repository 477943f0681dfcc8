"""The plain GAN, which several roles use with other generators, priors or real data."""

from __future__ import annotations

from torch import nn

from aegan.games.adversarial import (
    draw_fakes_with,
    flatten_logits,
    get_real_data,
    make_adversarial_players,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import DiscriminatorComponents
from aegan.games.game import DrawFunction, Game
from aegan.networks.prior import Mixture


def make_plain_gan(
    components: DiscriminatorComponents,
    generator: nn.Module,
    prior: Mixture,
    real: DrawFunction = get_real_data,
    trainable: nn.Module | None = None,
) -> Game:
    """Make a plain GAN: fakes are G(z) with z drawn from `prior`.

    Args:
        components: the method's discriminator and adversarial objective.
        generator: G: codes (N, D) to data (N, ...).
        prior: the distribution of z.
        real: draws the real data (N, ...).
        trainable: the part of the generator that its moves change; all of it by default.
    """
    discriminator, generate = components.discriminator(components.shape), make_sampler(generator, prior)
    task = make_discriminator_task(components, flatten_logits(discriminator), draw_fakes_with(generate), real)
    return Game(
        players=make_adversarial_players(components, trainable or generator, discriminator, task),
        auxiliary_modules={"prior": prior} | components.auxiliary_modules,
        generate=generate,
        discriminator_task=task,
    )
