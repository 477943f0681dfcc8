"""A generator and an encoder that are trained together: the parts that their roles share."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import draw_fakes_with, flatten_logits, make_discriminator_task, make_sampler
from aegan.games.components import AdversarialComponents, GeneratorComponents, LogitComponents
from aegan.games.game import DiscriminatorTask, Game, LossFunction, Player
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.autoencoders import Autoencoder
from aegan.networks.prior import Mixture
from aegan.registry import build


def make_generator_and_encoder(components: GeneratorComponents, encoder: BaseModel) -> Autoencoder:
    """Make a new generator and a new encoder of its codes, as an autoencoder whose decoder is the generator.

    Args:
        components: the method's generator.
        encoder: network from data to codes, an entry of `DISCRIMINATORS` with its options.
    """
    generator = components.make_data_generator()
    network = components.make_network(
        "encoder", lambda: build(DISCRIMINATORS, dict(encoder), components.shape, components.latent)
    )
    return Autoencoder(network, generator, components.latent)


def make_data_discriminator(
    components: AdversarialComponents, autoencoder: Autoencoder, prior: Mixture
) -> tuple[nn.Module, DiscriminatorTask, DiscriminatorTask]:
    """Make a discriminator of data, and its tasks of telling x from G(z), and x from G(Enc x).

    Args:
        components: the method's discriminator and augmentations.
        autoencoder: the encoder Enc and, as its decoder, the generator G.
        prior: the distribution of z.
    """
    discriminator = components.discriminator(components.shape)
    compute_logits = flatten_logits(discriminator)
    draw_fakes = draw_fakes_with(make_sampler(autoencoder.decoder, prior))
    return (
        discriminator,
        make_discriminator_task(components, compute_logits, draw_fakes),
        make_discriminator_task(components, compute_logits, lambda batch, _rng: autoencoder(batch.real)),
    )


def make_pair_discriminator(
    components: AdversarialComponents, autoencoder: Autoencoder, prior: Mixture
) -> tuple[nn.Module, DiscriminatorTask]:
    """Make a discriminator of pairs, and its task of telling (x, Enc x) as real from (G(z), z) as fake.

    Args:
        components: the method's discriminator and augmentations.
        autoencoder: the encoder Enc and, as its decoder, the generator G.
        prior: the distribution of z.
    """
    discriminator = components.discriminator((prod(components.shape) + components.latent,))

    def real_pairs(batch: Batch, _rng: torch.Generator) -> Tensor:
        return torch.cat([batch.real.flatten(1), autoencoder.encode(batch.real)], dim=1)

    def fake_pairs(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(batch.real), rng)
        return torch.cat([autoencoder.decoder(codes).flatten(1), codes], dim=1)

    return discriminator, make_discriminator_task(components, flatten_logits(discriminator), fake_pairs, real_pairs)


def make_bidirectional_game(
    components: LogitComponents,
    autoencoder: Autoencoder,
    prior: Mixture,
    task: DiscriminatorTask,
    discriminators: Sequence[Player],
    generator_loss: LossFunction,
    encoder_loss: LossFunction,
    **auxiliary_modules: nn.Module,
) -> Game:
    """Let the discriminators move first, then the generator, then the encoder; new data are decoded draws.

    Args:
        components: the method's penalty, which may have state.
        autoencoder: the encoder and, as its decoder, the generator.
        prior: the distribution of codes.
        task: what the discriminator of data tells apart.
        discriminators: the players that move first.
        generator_loss: what the generator minimises.
        encoder_loss: what the encoder minimises.
        auxiliary_modules: further modules that no player moves, besides the prior and the penalty.
    """
    generator = Player("generator", autoencoder.decoder, generator_loss)
    encoder = Player("encoder", autoencoder.encoder, encoder_loss)
    return Game(
        players=(*discriminators, generator, encoder),
        auxiliary_modules={"prior": prior, **components.auxiliary_modules, **auxiliary_modules},
        generate=make_sampler(autoencoder.decoder, prior),
        reconstruct=autoencoder,
        discriminator_task=task,
    )
