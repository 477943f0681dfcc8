"""The autoencoder comes out of the game: an encoder learns to invert the generator."""

from __future__ import annotations

import torch
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, adversarial_players, passing_off
from aegan.games.game import DiscriminatorTask, Game
from aegan.games.inverses import inverse_game, inverses, pairs
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.registry import choice


def bigan(
    parts: Parts,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
) -> Game:
    """BiGAN, or ALI (Donahue 2017, section 3; Dumoulin 2017, section 2): D judges (x, Enc x) against (G(z), z).

    Generator and encoder are both out to confuse it: to the encoder the real pairs are fakes, so it minimises the
    generator's loss of the opposite logits. For the losses of the papers that is their common objective.

    Args:
        encoder: network from data to codes.
    """
    inverse, prior = inverses(parts, encoder), Mixture.standard(parts.latent)
    discriminator, shown = pairs(parts, inverse, prior)

    turned = DiscriminatorTask(real=shown.fake, fake=shown.real, judge=lambda data, batch: -shown.judge(data, batch))

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return passing_off(turned, parts, batch, rng)[1]

    judge, generator = adversarial_players(inverse.decoder, discriminator, shown, parts)
    return inverse_game(parts, inverse, prior, shown, [judge], generator.loss, encoder_loss)
