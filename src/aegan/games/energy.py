"""Games in which the discriminator is an autoencoder, and its reconstruction error an energy."""

from __future__ import annotations

from collections.abc import Callable

import torch
from pydantic import BaseModel
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import make_sampler
from aegan.games.components import GeneratorComponents
from aegan.games.game import Game, Player
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.prior import Mixture
from aegan.registry import build


def make_energy_game(
    components: GeneratorComponents,
    architecture: BaseModel,
    error: Callable[[Tensor], Tensor],
    energy_loss: Callable[[Tensor, Tensor], Tensor],
    code_loss: Callable[[Tensor], Tensor] | None = None,
    **auxiliary_modules: nn.Module,
) -> Game:
    """Play on energies: E(x) is the mean error of D's reconstruction of x, and the generator minimises E(G(z)).

    An energy is not a logit, so no loss, penalty or packing of logits applies, and there is no discriminator task.

    Args:
        components: the method's generator.
        architecture: the discriminator, an entry of `AUTOENCODERS` with its options.
        error: elementwise error of a difference (N, ...).
        energy_loss: what the discriminator minimises: (energies (N,) of real data, of fakes) -> ().
        code_loss: what the generator minimises besides: (D's codes of the fakes (N, code)) -> ().
        auxiliary_modules: modules of that loss that no player moves.
    """
    generator = components.make_data_generator()
    autoencoder = components.make_network(
        "discriminator", lambda: build(AUTOENCODERS, dict(architecture), components.shape, 1)
    )
    prior = Mixture.standard_normal(components.latent)
    generate = make_sampler(generator, prior)

    def compute_energy(data: Tensor) -> Tensor:
        return compare(data, autoencoder(data))

    def compare(data: Tensor, reconstruction: Tensor) -> Tensor:
        return error(reconstruction - data).flatten(1).mean(1)

    def discriminator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        return energy_loss(compute_energy(batch.real), compute_energy(generate(len(batch.real), rng)))

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        fakes = generate(len(batch.real), rng)
        codes = autoencoder.encode(fakes)
        energy = compare(fakes, autoencoder.decoder(codes)).mean()
        return energy + code_loss(codes) if code_loss else energy

    return Game(
        players=(
            Player(
                "discriminator",
                autoencoder,
                discriminator_loss,
                moves=components.discriminator_moves,
                is_discriminator=True,
            ),
            Player("generator", generator, generator_loss),
        ),
        auxiliary_modules={"prior": prior, **auxiliary_modules},
        generate=generate,
    )
