"""An autoencoder between two discriminators, one of data and one of codes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import torch
from pydantic import NonNegativeFloat
from torch import Tensor
from torch.nn.functional import l1_loss

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, against, contest, drawn_through, mean_adversarial_players, passing_off
from aegan.games.codes import code_contest
from aegan.games.game import Game
from aegan.games.inverses import inverse_game, inverses
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.registry import build, choice

#: codes have no rows and columns
OF_CODES = {"dense": DISCRIMINATORS["dense"]}


def alpha_gan(
    parts: Parts,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    code_discriminator: choice(OF_CODES) = "dense",  # type: ignore[valid-type]
    weight: NonNegativeFloat = 10.0,
) -> Game:
    """α-GAN (Rosca 2017, algorithm 1): D judges x against x̂ = G(Enc x) and x_p = G(z), and C judges z against Enc x.

    Generator and encoder both minimise the mean of |x − x̂|, the generator besides its adversarial loss before D, the
    encoder its own before C. D's loss and the generator's are means over x̂ and x_p, where the paper adds up; the
    contest is that of x_p. C has a penalty and a constraint like D's; views are of data, so C judges codes as they are.

    Args:
        encoder: network from data to codes.
        code_discriminator: C.
        weight: weight of the mean absolute error in both losses.
    """
    inverse, prior = inverses(parts, encoder), Mixture.standard(parts.latent)
    discriminator, generate = parts.discriminator(parts.shape), drawn_through(inverse.decoder, prior)
    shown = contest(parts, discriminator, lambda batch, rng: generate(len(batch.real), rng))
    rebuilt = contest(parts, discriminator, lambda batch, _rng: inverse(batch.real))
    judge, generator = mean_adversarial_players(inverse.decoder, discriminator, (shown, rebuilt), parts)

    # views are of data; and a penalty that remembers logits is not to take those of codes for those of data
    of_codes = replace(parts, views=(), penalty=deepcopy(parts.penalty))
    code_judge = parts.fresh(
        "code_discriminator", lambda: build(OF_CODES, dict(code_discriminator), (parts.latent,), 1)
    )
    codes = code_contest(of_codes, code_judge, inverse, prior)

    def error(batch: Batch) -> Tensor:
        return weight * l1_loss(inverse(batch.real), batch.real)

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return error(batch) + generator.loss(batch, rng)

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return error(batch) + passing_off(codes, parts, batch, rng)[1]

    return inverse_game(
        parts,
        inverse,
        prior,
        shown,
        [judge, against(code_judge, codes, of_codes, name="code_discriminator")],
        generator_loss,
        encoder_loss,
        **{f"code_{name}": module for name, module in of_codes.auxiliary_modules.items()},
    )
