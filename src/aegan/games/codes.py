"""Games in which a discriminator tells codes of data from draws of their prior."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import flatten_logits, make_discriminator_task, make_sampler
from aegan.games.components import DiscriminatorComponents, LogitComponents
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.networks.autoencoders import SIGNED_AUTOENCODERS, Autoencoder
from aegan.networks.prior import Mixture
from aegan.registry import build


def make_code_game(
    components: DiscriminatorComponents,
    architecture: BaseModel,
    make_players: Callable[[Autoencoder, nn.Module, DiscriminatorTask], tuple[Player, ...]],
) -> Game:
    """Judge draws of N(0, I) as real against Enc(x) as fake; new data are decoded draws of the prior.

    Args:
        components: the method's discriminator and adversarial objective.
        architecture: the autoencoder, an entry of `SIGNED_AUTOENCODERS` with its options.
        make_players: (new autoencoder, discriminator of codes, its task) -> the players.
    """
    autoencoder = components.make_network(
        "autoencoder", lambda: build(SIGNED_AUTOENCODERS, dict(architecture), components.shape, 1)
    )
    discriminator, prior = components.discriminator((autoencoder.code,)), Mixture.standard_normal(autoencoder.code)
    task = make_code_task(components, discriminator, autoencoder, prior)
    return Game(
        players=make_players(autoencoder, discriminator, task),
        auxiliary_modules={"prior": prior} | components.auxiliary_modules,
        generate=make_sampler(autoencoder.decoder, prior),
        reconstruct=autoencoder,
        discriminator_task=task,
    )


def make_code_task(
    components: LogitComponents, discriminator: nn.Module, autoencoder: Autoencoder, prior: Mixture
) -> DiscriminatorTask:
    """Make the task of telling draws of a prior (real) from codes of the data (fake).

    Args:
        components: the method's augmentations.
        discriminator: codes (N, D) to logits (N, 1).
        autoencoder: encodes the data.
        prior: the distribution that codes are to have.
    """

    def draw_codes(batch: Batch, rng: torch.Generator) -> Tensor:
        return prior.draw(len(batch.real), rng)

    return make_discriminator_task(
        components,
        flatten_logits(discriminator),
        fake=lambda batch, _rng: autoencoder.encode(batch.real),
        real=draw_codes,
    )
