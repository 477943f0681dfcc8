"""The generator's codes must come back from its data."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, against, passing_off
from aegan.games.game import Game
from aegan.games.inverses import inverse_game, inverses, pairs
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import squared_error_per_image
from aegan.registry import choice


def veegan(
    parts: Parts,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    weight: PositiveFloat = 1.0,
) -> Game:
    """VEEGAN (Srivastava 2017, algorithm 1): D judges (F(x), x) against (z, G(z)), and F must find z in G(z).

    The generator minimises its adversarial loss plus the reconstruction of codes, E‖z − F(G(z))‖², summed over the
    numbers of z; the reconstructor F, here the encoder, the latter alone, for in the paper's objective the real pairs
    are D's business. The paper's adversarial loss of the generator is D's logit itself, which never saturates; beside
    one that does, as minimax, the reconstruction is soon all that the generator heeds.

    Args:
        encoder: the reconstructor F, a network from data to codes.
        weight: weight of the reconstruction of codes.
    """
    inverse, prior = inverses(parts, encoder), Mixture.standard(parts.latent)
    discriminator, shown = pairs(parts, inverse, prior)

    def code_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(batch.real), rng)
        return weight * squared_error_per_image(inverse.encode(inverse.decoder(codes)), codes)

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return passing_off(shown, parts, batch, rng)[1] + code_loss(batch, rng)

    judge = against(discriminator, shown, parts)
    return inverse_game(parts, inverse, prior, shown, [judge], generator_loss, code_loss)
