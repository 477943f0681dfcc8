"""Games in which a discriminator tells codes of data from draws of their prior."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, Rules, contest, drawn_through
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.networks.autoencoders import SIGNED, Autoencoder
from aegan.networks.prior import Mixture
from aegan.registry import build


def codes_game(
    parts: Parts,
    architecture: BaseModel,
    players: Callable[[Autoencoder, nn.Module, DiscriminatorTask], tuple[Player, ...]],
) -> Game:
    """Judge draws of N(0, I) as real against Enc(x) as fake; new data are decoded draws.

    Args:
        parts: what the players are made of.
        architecture: the autoencoder, an entry of `SIGNED` with its options.
        players: who plays, given the fresh autoencoder, the discriminator of codes and what it is shown.
    """
    autoencoder = parts.fresh("autoencoder", lambda: build(SIGNED, dict(architecture), parts.shape, 1))
    discriminator, prior = parts.discriminator((autoencoder.code,)), Mixture.standard(autoencoder.code)
    shown = code_contest(parts, discriminator, autoencoder, prior)
    return Game(
        players=players(autoencoder, discriminator, shown),
        auxiliary_modules={"prior": prior} | parts.auxiliary_modules,
        generate=drawn_through(autoencoder.decoder, prior),
        reconstruct=autoencoder,
        contest=shown,
    )


def code_contest(parts: Rules, discriminator: nn.Module, autoencoder: Autoencoder, prior: Mixture) -> DiscriminatorTask:
    """Show a discriminator draws of a prior as real, codes of the data as fake."""

    def drawn(batch: Batch, rng: torch.Generator) -> Tensor:
        return prior.draw(len(batch.real), rng)

    return contest(parts, discriminator, fake=lambda batch, _rng: autoencoder.encode(batch.real), real=drawn)
