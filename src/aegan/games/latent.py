"""The game is played on codes; the autoencoder translates between codes and images."""

from __future__ import annotations

import torch
from torch import Tensor

from aegan.games.adversarial import Parts, Trained, duel, opinion
from aegan.games.game import Batch, Game
from aegan.networks.prior import Mixture


def latent(parts: Parts, trained: Trained) -> Game:
    """Play a GAN on codes: D judges Enc(x) against G(z), and Dec turns codes to images (Achlioptas 2018, section 3)."""
    code = trained.autoencoder.code
    generator = parts.generator(parts.latent, (code,), None)
    discriminator = parts.discriminator((code,))
    noise = Mixture.standard(parts.latent)

    def fake(batch: Batch, rng: torch.Generator) -> Tensor:
        codes: Tensor = generator(noise.draw(len(batch.real), rng))
        return codes

    def generate(count: int, rng: torch.Generator) -> Tensor:
        images: Tensor = trained.autoencoder.decoder(generator(noise.draw(count, rng)))
        return images

    return Game(
        players=duel(generator, discriminator, fake, parts),
        bystanders={"autoencoder": trained.autoencoder, "noise": noise},
        played_on="codes",
        generate=generate,
        logits=opinion(discriminator, fake),
    )
