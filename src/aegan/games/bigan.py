"""An encoder learns to invert the generator, because the discriminator judges pairs of data and code."""

from __future__ import annotations

import torch
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import compute_generator_loss, make_adversarial_players
from aegan.games.bidirectional import make_bidirectional_game, make_generator_and_encoder, make_pair_discriminator
from aegan.games.components import AdversarialComponents
from aegan.games.game import DiscriminatorTask, Game
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.registry import choice


def bigan(
    components: AdversarialComponents,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
) -> Game:
    """BiGAN, or ALI (Donahue 2017, section 3; Dumoulin 2017, section 2): D judges (x, Enc x) against (G(z), z).

    The encoder makes the real pairs. It therefore minimises the generator's loss with real and fake pairs swapped and
    logits negated; for the losses of the papers this is the common objective of generator and encoder.

    Args:
        encoder: network from data to codes.
    """
    autoencoder = make_generator_and_encoder(components, encoder)
    prior = Mixture.standard_normal(components.latent)
    discriminator, task = make_pair_discriminator(components, autoencoder, prior)
    swapped_task = DiscriminatorTask(
        real=task.fake, fake=task.real, compute_logits=lambda data, batch: -task.compute_logits(data, batch)
    )

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return compute_generator_loss(components, swapped_task, batch, rng)

    player, generator = make_adversarial_players(components, autoencoder.decoder, discriminator, task)
    return make_bidirectional_game(components, autoencoder, prior, task, [player], generator.loss, encoder_loss)
