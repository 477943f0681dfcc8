"""Reconstructions anchor the generator where the data are, so that no mode is missed."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, against, contest, drawn_through, passing_off
from aegan.games.game import Game
from aegan.games.inverses import inverse_game, inverses
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import squared_error_per_image
from aegan.registry import choice


def mdgan(
    parts: Parts,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    distance: NonNegativeFloat = 0.2,
    adversarial: NonNegativeFloat = 0.4,
) -> Game:
    """Mode-regularised GAN (Che 2017, section 3): D judges x against G(z); G(Enc x) is to be x, and to pass for it.

    The encoder minimises λ₁·‖x − G(Enc x)‖² + λ₂ times the generator's adversarial loss of G(Enc x); the generator that
    and its adversarial loss of G(z). It is the regularised objective, not the paper's manifold–diffusion training,
    which has two discriminators in two steps.

    Args:
        encoder: network from data to codes.
        distance: λ₁, weight of the squared error, which is summed over the numbers of x.
        adversarial: λ₂, weight of the adversarial loss of reconstructions.
    """
    inverse, prior = inverses(parts, encoder), Mixture.standard(parts.latent)
    discriminator, generate = parts.discriminator(parts.shape), drawn_through(inverse.decoder, prior)
    shown = contest(parts, discriminator, lambda batch, rng: generate(len(batch.real), rng))
    rebuilt = contest(parts, discriminator, lambda batch, _rng: inverse(batch.real))

    def regulariser(batch: Batch, rng: torch.Generator) -> Tensor:
        error = squared_error_per_image(inverse(batch.real), batch.real)
        return distance * error + adversarial * passing_off(rebuilt, parts, batch, rng)[1]

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return passing_off(shown, parts, batch, rng)[1] + regulariser(batch, rng)

    judge = against(discriminator, shown, parts)
    return inverse_game(parts, inverse, prior, shown, [judge], generator_loss, regulariser)
