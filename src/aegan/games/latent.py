"""The game is played on codes; the autoencoder translates between codes and images."""

from __future__ import annotations

import torch
from torch import Tensor

from aegan.games.adversarial import Parts, Trained, adversarial_players, contest, drawn_through
from aegan.games.game import Game
from aegan.networks.prior import Mixture


def latent(parts: Parts, trained: Trained) -> Game:
    """Play a GAN on codes: D judges Enc(x) against G(z), and Dec turns codes to images (Achlioptas 2018, section 3)."""
    code = trained.autoencoder.code
    generator = parts.generator(parts.latent, (code,), None)
    discriminator = parts.discriminator((code,))
    noise = Mixture.standard(parts.latent)
    codes = drawn_through(generator, noise)

    def generate(count: int, rng: torch.Generator) -> Tensor:
        images: Tensor = trained.autoencoder.decoder(codes(count, rng))
        return images

    shown = contest(parts, discriminator, lambda batch, rng: codes(len(batch.real), rng))
    return Game(
        players=adversarial_players(generator, discriminator, shown, parts),
        auxiliary_modules={"autoencoder": trained.autoencoder, "noise": noise} | parts.auxiliary_modules,
        played_on="codes",
        generate=generate,
        contest=shown,
    )
