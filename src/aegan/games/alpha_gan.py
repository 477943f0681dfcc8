"""An autoencoder between two discriminators, one of data and one of codes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import torch
from pydantic import NonNegativeFloat
from torch import Tensor
from torch.nn.functional import l1_loss

from aegan.data.batch import Batch
from aegan.games.adversarial import (
    average_adversarial_players,
    compute_generator_loss,
    make_discriminator_player,
)
from aegan.games.bidirectional import make_bidirectional_game, make_data_discriminator, make_generator_and_encoder
from aegan.games.codes import make_code_task
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, RECONSTRUCTION, LossTerms
from aegan.games.other_fakes import replace_fakes, set_against
from aegan.networks.adversaries import DISCRIMINATORS
from aegan.networks.prior import Mixture
from aegan.registry import build, choice

#: discriminators that accept codes, which have no rows and columns for a convolution
CODE_DISCRIMINATORS = {name: entry for name, entry in DISCRIMINATORS.items() if not entry.needs_images}


def alpha_gan(
    components: AdversarialComponents,
    *,
    encoder: choice(DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    code_discriminator: choice(CODE_DISCRIMINATORS) = "dense",  # type: ignore[valid-type]
    weight: NonNegativeFloat = 10.0,
) -> Game:
    """α-GAN (Rosca 2017, algorithm 1): D judges x against x̂ = G(Enc x) and x_p = G(z), and C judges z against Enc x.

    Generator and encoder both minimise λ‖x − x̂‖₁, the generator plus its adversarial losses of x̂ and of x_p, the
    encoder plus that of Enc x against C. With the loss `density_ratio` these are the paper's. D's loss is the mean over
    x̂ and x_p, where the paper sums three terms: D sees as many real data as fakes; D is measured on x_p. C has the same
    kind of penalty and constraint as D, but no augmentations, which are for data.

    Args:
        components: the method's networks and adversarial objective.
        encoder: network from data to codes.
        code_discriminator: network C from codes to logits.
        weight: weight of the mean absolute error in both losses; λ times the number of pixels, as the paper sums.
    """
    autoencoder = make_generator_and_encoder(components, encoder)
    prior = Mixture.standard_normal(components.latent)
    discriminator, task, reconstruction_task = make_data_discriminator(components, autoencoder, prior)
    player, _ = average_adversarial_players(components, autoencoder.decoder, discriminator, (task, reconstruction_task))

    # augmentations are for data, and a stateful penalty must not mix the logits of codes with those of data
    code_components = replace(components, augmentations=(), penalty=deepcopy(components.penalty))
    code_network = components.make_network(
        "code_discriminator",
        lambda: build(CODE_DISCRIMINATORS, dict(code_discriminator), (components.latent,), 1),
    )
    code_task = make_code_task(code_components, code_network, autoencoder, prior)
    code_player = make_discriminator_player(code_components, code_network, code_task, name="code_discriminator")

    def generator_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        fake = autoencoder(batch.real)
        of_samples = compute_generator_loss(components, task, batch, rng)
        judged = replace_fakes(components, reconstruction_task, fake)
        return {
            ANCHOR: weight * l1_loss(fake, batch.real),
            ADVERSARIAL: of_samples,
            RECONSTRUCTION: compute_generator_loss(components, judged, batch, rng),
        }

    def encoder_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        codes = autoencoder.encode(batch.real)
        judged = replace_fakes(code_components, code_task, codes)
        return {
            ANCHOR: weight * l1_loss(autoencoder.decoder(codes), batch.real),
            ADVERSARIAL: compute_generator_loss(components, judged, batch, rng),
        }

    game = make_bidirectional_game(
        components,
        autoencoder,
        prior,
        task,
        [player, code_player],
        LossTerms(autoencoder.decoder, generator_terms),
        LossTerms(autoencoder.encoder, encoder_terms),
        **{f"code_{name}": module for name, module in code_components.auxiliary_modules.items()},
    )
    tasks = {"samples": task, "reconstructions": reconstruction_task}
    return set_against(game, components, tasks, autoencoder.decoder)
