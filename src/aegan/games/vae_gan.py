"""A variational autoencoder whose reconstruction error is computed on the discriminator's features."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import (
    average_adversarial_players,
    draw_fakes_with,
    flatten_logits,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import DiscriminatorComponents
from aegan.games.game import Game, Player
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, LossTerms
from aegan.games.other_fakes import set_against
from aegan.games.variational import sample_codes
from aegan.networks.autoencoders import SIGNED_AUTOENCODERS
from aegan.networks.prior import Mixture
from aegan.objectives.reconstruction import sum_squared_error
from aegan.registry import build, choice


def vae_gan(
    components: DiscriminatorComponents,
    *,
    architecture: choice(SIGNED_AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    weight: NonNegativeFloat = 1.0,
) -> Game:
    """VAE-GAN (Larsen 2016, algorithm 1): D judges both x̂ = Dec(z), z from Enc(x), and x_p = Dec(z), z from N(0, I).

    With D_l all of the discriminator but its last layer, the feature loss is ½‖D_l(x) − D_l(x̂)‖², a Gaussian likelihood
    with variance 1. The encoder minimises the feature loss plus the divergence of its codes from N(0, I); the decoder,
    which is the generator, γ times the feature loss plus its adversarial loss; the discriminator its adversarial loss.
    Both adversarial losses are means over x̂ and x_p, where the paper sums three terms; the discriminator is measured on
    x_p.

    Args:
        components: the method's discriminator and adversarial objective.
        architecture: the autoencoder.
        weight: weight γ of the feature loss in the decoder's loss.
    """
    autoencoder = components.make_network(
        "autoencoder", lambda: build(SIGNED_AUTOENCODERS, dict(architecture), components.shape, 2)
    )
    discriminator, prior = components.discriminator(components.shape), Mixture.standard_normal(autoencoder.code)
    decoder, features = autoencoder.decoder, drop_last_layer(discriminator)
    generate, compute_logits = make_sampler(decoder, prior), flatten_logits(discriminator)

    def reconstruct(batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return x̂ (N, ...) and the divergence () of the codes."""
        codes, divergence = sample_codes(autoencoder, batch.real, rng)
        return decoder(codes), divergence

    def feature_loss(batch: Batch, reconstruction: Tensor) -> Tensor:
        return sum_squared_error(features(reconstruction), features(batch.real)) / 2

    def encoder_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        reconstruction, divergence = reconstruct(batch, rng)
        return divergence + feature_loss(batch, reconstruction)

    def generator_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        adversarial = generator.loss(batch, rng)
        return {ADVERSARIAL: adversarial, ANCHOR: weight * feature_loss(batch, reconstruct(batch, rng)[0])}

    task = make_discriminator_task(components, compute_logits, draw_fakes_with(generate))
    reconstruction_task = make_discriminator_task(
        components, compute_logits, lambda batch, rng: reconstruct(batch, rng)[0]
    )
    player, generator = average_adversarial_players(components, decoder, discriminator, (task, reconstruction_task))
    game = Game(
        players=(
            player,
            generator._replace(loss=LossTerms(decoder, generator_terms)),
            Player("encoder", autoencoder.encoder, encoder_loss),
        ),
        auxiliary_modules={"prior": prior} | components.auxiliary_modules,
        generate=generate,
        reconstruct=autoencoder,
        discriminator_task=task,
    )
    return set_against(game, components, {"samples": task, "reconstructions": reconstruction_task}, decoder)


def drop_last_layer(network: nn.Module) -> nn.Sequential:
    """Return a chain without its last layer, however deeply chains are nested at its end; the weights are shared."""
    assert isinstance(network, nn.Sequential), "only a chain has a last layer"
    *layers, last = network
    return nn.Sequential(*layers, drop_last_layer(last)) if isinstance(last, nn.Sequential) else nn.Sequential(*layers)
