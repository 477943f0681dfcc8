"""The article's scheme: the generator is the decoder, and its fakes are reconstructions."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import flatten_logits, make_adversarial_players, make_discriminator_task, make_sampler
from aegan.games.components import DiscriminatorComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.objectives.reconstruction import mean_squared_error


def reconstruction(
    components: DiscriminatorComponents, trained: TrainedAutoencoder, *, weight: NonNegativeFloat = 1.0
) -> Game:
    """The article's three steps: z = Enc(x); x̂ = G(z) with G the trained decoder; D judges x̂ against x, both move.

    The generator minimises its adversarial loss of x̂ plus weight · ‖x − x̂‖². The trained encoder is frozen. New images
    come from the prior fitted on its codes.

    Args:
        components: the method's discriminator and adversarial objective.
        trained: the trained autoencoder and its prior.
        weight: weight of the mean squared error ‖x − x̂‖² in the generator's loss; 0 leaves only the adversarial part.
    """
    encode, generator = trained.autoencoder.encode, trained.autoencoder.decoder
    discriminator = components.discriminator(components.shape)

    def reconstruct(images: Tensor) -> Tensor:
        with torch.no_grad():
            codes = encode(images)
        reconstructed: Tensor = generator(codes)
        return reconstructed

    def reconstruction_loss(batch: Batch, fake: Tensor) -> Tensor:
        # augmentations are for the discriminator alone
        reconstructed = reconstruct(batch.real) if components.augmentations else fake
        return weight * mean_squared_error(reconstructed, batch.real)

    task = make_discriminator_task(
        components, flatten_logits(discriminator), lambda batch, _rng: reconstruct(batch.real)
    )
    return Game(
        players=make_adversarial_players(
            components, generator, discriminator, task, reconstruction_loss if weight else None
        ),
        auxiliary_modules={
            "encoder": trained.autoencoder.encoder,
            "bottleneck": trained.autoencoder.bottleneck,
            "prior": trained.prior,
        }
        | components.auxiliary_modules,
        generate=make_sampler(generator, trained.prior),
        reconstruct=reconstruct,
        discriminator_task=task,
    )
