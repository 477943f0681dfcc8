"""Reconstructions tie the generator to all of the data, so that no mode is missed."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import compute_generator_loss, make_discriminator_player
from aegan.games.bidirectional import make_bidirectional_game, make_data_discriminator, make_generator_and_encoder
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, RECONSTRUCTION, LossTerms
from aegan.games.other_fakes import replace_fakes
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import sum_squared_error
from aegan.registry import choice


def mdgan(
    components: AdversarialComponents,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    distance: NonNegativeFloat = 0.2,
    adversarial: NonNegativeFloat = 0.4,
) -> Game:
    """Mode-regularised GAN (Che 2017, section 3): D judges x against G(z); G(Enc x) should equal x and pass as real.

    The encoder minimises λ₁·‖x − G(Enc x)‖² + λ₂ times the generator's adversarial loss of G(Enc x); the generator
    minimises the same sum plus its adversarial loss of G(z). This is the regularised objective, not the paper's
    manifold–diffusion training, which has two discriminators in two steps.

    Args:
        components: the method's networks and adversarial objective.
        encoder: network from data to codes.
        distance: λ₁, weight of the squared error, which is summed over the numbers of x.
        adversarial: λ₂, weight of the adversarial loss of reconstructions.
    """
    autoencoder = make_generator_and_encoder(components, encoder)
    prior = Mixture.standard_normal(components.latent)
    discriminator, task, reconstruction_task = make_data_discriminator(components, autoencoder, prior)

    def regularise(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        fake = autoencoder(batch.real)
        error = sum_squared_error(fake, batch.real)
        passing = compute_generator_loss(components, replace_fakes(components, reconstruction_task, fake), batch, rng)
        return {ANCHOR: distance * error, RECONSTRUCTION: adversarial * passing}

    def generator_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        return {ADVERSARIAL: compute_generator_loss(components, task, batch, rng)} | regularise(batch, rng)

    generator_loss = LossTerms(autoencoder.decoder, generator_terms)
    encoder_loss = LossTerms(autoencoder.encoder, regularise)
    player = make_discriminator_player(components, discriminator, task)
    return make_bidirectional_game(components, autoencoder, prior, task, [player], generator_loss, encoder_loss)
