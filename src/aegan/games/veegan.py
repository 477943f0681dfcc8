"""The generator's codes must be recovered from its data."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import compute_generator_loss, make_discriminator_player
from aegan.games.bidirectional import make_bidirectional_game, make_generator_and_encoder, make_pair_discriminator
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, LossTerms
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import sum_squared_error
from aegan.registry import choice


def veegan(
    components: AdversarialComponents,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    weight: PositiveFloat = 1.0,
) -> Game:
    """VEEGAN (Srivastava 2017, algorithm 1): D judges (F(x), x) against (z, G(z)), and F must recover z from G(z).

    The generator minimises its adversarial loss plus the reconstruction of codes, E‖z − F(G(z))‖², summed over the
    numbers of z. The reconstructor F, here the encoder, minimises the latter alone, because in the paper only D's
    objective contains the real pairs. The paper's adversarial loss of the generator is D's logit itself, which never
    saturates; with a loss that saturates, such as minimax, the reconstruction soon dominates the generator's loss.

    Args:
        components: the method's networks and adversarial objective.
        encoder: the reconstructor F, a network from data to codes.
        weight: weight of the reconstruction of codes.
    """
    autoencoder = make_generator_and_encoder(components, encoder)
    prior = Mixture.standard_normal(components.latent)
    discriminator, task = make_pair_discriminator(components, autoencoder, prior)

    def code_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(batch.real), rng)
        return weight * sum_squared_error(autoencoder.encode(autoencoder.decoder(codes)), codes)

    def generator_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        return {ADVERSARIAL: compute_generator_loss(components, task, batch, rng), ANCHOR: code_loss(batch, rng)}

    generator_loss = LossTerms(autoencoder.decoder, generator_terms)
    player = make_discriminator_player(components, discriminator, task)
    return make_bidirectional_game(components, autoencoder, prior, task, [player], generator_loss, code_loss)
