"""A variational autoencoder that learns from the discriminator what makes images alike."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, contest, drawn_through, mean_adversarial_players
from aegan.games.game import Game, Player
from aegan.games.variational import drawn_codes
from aegan.networks.autoencoders import SIGNED
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import squared_error_per_image
from aegan.registry import build, choice


def vae_gan(
    parts: Parts,
    *,
    architecture: choice(SIGNED) = "dense",  # type: ignore[valid-type]
    weight: NonNegativeFloat = 1.0,
) -> Game:
    """VAE-GAN (Larsen 2016, algorithm 1): D judges both x̂ = Dec(z), z from Enc(x), and x_p = Dec(z), z from N(0, I).

    With D_l all of the discriminator but its last layer, the feature loss is ½‖D_l(x) − D_l(x̂)‖², a Gaussian likelihood
    of variance 1. The encoder minimises the feature loss plus the divergence of its codes from N(0, I); the decoder,
    which is the generator, γ times the feature loss plus its adversarial loss; the discriminator its own. Both
    adversarial losses are means over x̂ and x_p, where the paper adds up three terms; the contest is that of x_p.

    Args:
        architecture: the autoencoder.
        weight: weight γ of the feature loss in the decoder's loss.
    """
    autoencoder = parts.fresh("autoencoder", lambda: build(SIGNED, dict(architecture), parts.shape, 2))
    discriminator, prior = parts.discriminator(parts.shape), Mixture.standard(autoencoder.code)
    decoder, features = autoencoder.decoder, all_but_last(discriminator)
    generate = drawn_through(decoder, prior)

    def reconstructed(batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return x̂ and the divergence of the codes."""
        codes, divergence = drawn_codes(autoencoder, batch.real, rng)
        return decoder(codes), divergence

    def feature_loss(batch: Batch, reconstruction: Tensor) -> Tensor:
        return squared_error_per_image(features(reconstruction), features(batch.real)) / 2

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        reconstruction, divergence = reconstructed(batch, rng)
        return divergence + feature_loss(batch, reconstruction)

    def generator_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        adversarial = generator.loss(batch, rng)
        return adversarial + weight * feature_loss(batch, reconstructed(batch, rng)[0])

    shown = contest(parts, discriminator, lambda batch, rng: generate(len(batch.real), rng))
    rebuilt = contest(parts, discriminator, lambda batch, rng: reconstructed(batch, rng)[0])
    judge, generator = mean_adversarial_players(decoder, discriminator, (shown, rebuilt), parts)
    return Game(
        players=(
            judge,
            generator._replace(loss=generator_loss),
            Player("encoder", autoencoder.encoder, encoder_loss),
        ),
        auxiliary_modules={"prior": prior} | parts.auxiliary_modules,
        generate=generate,
        reconstruct=autoencoder,
        contest=shown,
    )


def all_but_last(network: nn.Module) -> nn.Sequential:
    """Return the layers of a chain but the last, however deep the chain ends in others; the weights are shared."""
    assert isinstance(network, nn.Sequential), "only a chain has a last layer"
    *layers, last = network
    return nn.Sequential(*layers, all_but_last(last)) if isinstance(last, nn.Sequential) else nn.Sequential(*layers)
