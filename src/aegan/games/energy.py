"""Games in which the discriminator is an autoencoder, and its reconstruction error an energy."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Basics, drawn_through
from aegan.games.game import Game, Player
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.prior import Mixture
from aegan.registry import build


def energy_game(
    parts: Basics,
    architecture: BaseModel,
    error: Callable[[Tensor], Tensor],
    judged: Callable[[Tensor, Tensor], Tensor],
    **auxiliary_modules: nn.Module,
) -> Game:
    """Play on energies: E(x) is the mean error of D's reconstruction of x, and the generator minimises E(G(z)).

    An energy is no logit, so no loss, penalty or packing of logits applies, and there is no contest.

    Args:
        parts: what the players are made of.
        architecture: the discriminator, an entry of `AUTOENCODERS` with its options.
        error: of a difference, number by number.
        judged: what the discriminator minimises, of the energies (N,) of real data and of fakes.
        auxiliary_modules: modules that take part in that without moving.
    """
    generator = parts.generator(parts.latent, parts.shape, parts.output)
    autoencoder = parts.fresh("discriminator", lambda: build(AUTOENCODERS, dict(architecture), parts.shape, 1))
    prior = Mixture.standard(parts.latent)
    generate = drawn_through(generator, prior)

    def energy(data: Tensor) -> Tensor:
        return error(autoencoder(data) - data).flatten(1).mean(1)

    def discriminator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return judged(energy(batch.real), energy(generate(len(batch.real), rng)))

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return energy(generate(len(batch.real), rng)).mean()

    return Game(
        players=(
            Player("discriminator", autoencoder, discriminator_loss, parts.discriminator_moves),
            Player("generator", generator, generator_loss),
        ),
        auxiliary_modules={"prior": prior, **auxiliary_modules},
        generate=generate,
    )
