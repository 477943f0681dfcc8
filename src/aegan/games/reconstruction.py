"""The article's scheme: the generator is the decoder, and its fakes are reconstructions."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, Trained, adversarial_players, contest
from aegan.games.game import Game
from aegan.objectives.reconstruction import mean_squared_error


def reconstruction(parts: Parts, trained: Trained, *, weight: NonNegativeFloat = 1.0) -> Game:
    """The article's three steps: z = Enc(x); x̂ = G(z) with G the trained decoder; D judges x̂ against x, both move.

    The encoder stays as the autoencoder's training left it. New images come from the prior fitted on its codes.

    Args:
        weight: weight of the mean squared error ‖x − x̂‖² in the generator's loss; 0 leaves the adversarial part alone.
    """
    encode, generator = trained.autoencoder.encode, trained.autoencoder.decoder
    discriminator = parts.discriminator(parts.shape)

    def reconstruct(images: Tensor) -> Tensor:
        with torch.no_grad():
            codes = encode(images)
        reconstructed: Tensor = generator(codes)
        return reconstructed

    def generate(count: int, rng: torch.Generator) -> Tensor:
        images: Tensor = generator(trained.prior.draw(count, rng))
        return images

    def anchor(batch: Batch, shown: Tensor) -> Tensor:
        reconstructed = reconstruct(batch.real) if parts.views else shown  # a view is for the discriminator alone
        return weight * mean_squared_error(reconstructed, batch.real)

    shown = contest(parts, discriminator, lambda batch, _rng: reconstruct(batch.real))
    return Game(
        players=adversarial_players(generator, discriminator, shown, parts, anchor if weight else None),
        auxiliary_modules={
            "encoder": trained.autoencoder.encoder,
            "bottleneck": trained.autoencoder.bottleneck,
            "prior": trained.prior,
        }
        | parts.auxiliary_modules,
        generate=generate,
        reconstruct=reconstruct,
        contest=shown,
    )
