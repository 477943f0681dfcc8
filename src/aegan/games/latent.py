"""The game is played on codes; the autoencoder translates between codes and images."""

from __future__ import annotations

from aegan.games.adversarial import (
    draw_fakes_with,
    flatten_logits,
    make_adversarial_players,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import AdversarialComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.networks.adversaries import chain_generators
from aegan.networks.prior import Mixture


def latent(components: AdversarialComponents, trained: TrainedAutoencoder) -> Game:
    """Train a GAN on codes: D judges Enc(x) against G(z); Dec turns codes into images (Achlioptas 2018, section 3)."""
    code = trained.autoencoder.code
    generator = components.generator(components.latent, (code,), None)
    discriminator = components.discriminator((code,))
    noise = Mixture.standard_normal(components.latent)
    draw_fakes = draw_fakes_with(make_sampler(generator, noise))
    task = make_discriminator_task(components, flatten_logits(discriminator), draw_fakes)
    return Game(
        players=make_adversarial_players(components, generator, discriminator, task),
        auxiliary_modules={"autoencoder": trained.autoencoder, "noise": noise} | components.auxiliary_modules,
        data_kind="codes",
        generate=make_sampler(chain_generators(generator, trained.autoencoder.decoder), noise),
        discriminator_task=task,
    )
