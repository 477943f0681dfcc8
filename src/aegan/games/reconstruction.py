"""The article's scheme: the generator is the decoder, and its fakes are reconstructions."""

from __future__ import annotations

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from aegan.data.batch import Batch
from aegan.errors import InputError
from aegan.games.adversarial import (
    compute_generator_loss,
    draw_fakes_with,
    flatten_logits,
    make_discriminator_player,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import DiscriminatorComponents, TrainedAutoencoder
from aegan.games.game import Game, Player
from aegan.games.inherited_decoder import InheritedDecoder
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, LossTerms
from aegan.games.other_fakes import replace_fakes, set_against
from aegan.objectives.reconstruction import mean_squared_error
from aegan.option_types import Fraction
from aegan.registry import with_options_of


@with_options_of(InheritedDecoder)
def reconstruction(
    inherited: InheritedDecoder,
    components: DiscriminatorComponents,
    trained: TrainedAutoencoder,
    *,
    weight: NonNegativeFloat | None = None,
    share: Fraction | None = None,
) -> Game:
    """The article's three steps: z = Enc(x); x̂ = G(z) with G the trained decoder; D judges x̂ against x, both move.

    The generator minimises its adversarial loss of x̂ plus weight · ‖x − x̂‖², its anchor. The trained encoder is frozen.
    New images come from the prior fitted on its codes.

    Args:
        inherited: what the game takes over from the autoencoder.
        components: the method's discriminator and adversarial objective.
        trained: the trained autoencoder and its prior.
        weight: weight of the mean squared error ‖x − x̂‖² in the generator's loss, 1 unless a share is given; 0 leaves
            only the adversarial part.
        share: the anchor's share of the generator's gradient in its last layer, instead of a fixed weight: the weight
            follows the ratio of the two gradient norms (Esser 2021, eq. 7) and is at most 10⁴.

    Raises:
        InputError: both a weight and a share are given.
    """
    if weight is not None and share is not None:
        raise InputError("role", "it has both a weight and a share, which sets the weight", "Remove one of them")
    encode, prior = trained.autoencoder.encode, inherited.make_prior(trained)
    generator = inherited.make_generator(components, trained)
    discriminator = components.discriminator(components.shape)

    def reconstruct(images: Tensor) -> Tensor:
        with torch.no_grad():
            codes = encode(images)
        reconstructed: Tensor = generator(codes)
        return reconstructed

    def compute_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
        fake = reconstruct(batch.real)
        adversarial = compute_generator_loss(components, replace_fakes(components, task, fake), batch, rng)
        if weight == 0:
            return {ADVERSARIAL: adversarial}
        error = mean_squared_error(fake, batch.real)  # augmentations are for the discriminator alone
        return {ADVERSARIAL: adversarial, ANCHOR: error if weight is None else weight * error}

    compute_logits, generate = flatten_logits(discriminator), make_sampler(generator, prior)
    task = make_discriminator_task(components, compute_logits, lambda batch, _rng: reconstruct(batch.real))
    loss = LossTerms(generator, compute_terms, share)
    game = Game(
        players=(make_discriminator_player(components, discriminator, task), Player("generator", generator, loss)),
        auxiliary_modules={
            "encoder": trained.autoencoder.encoder,
            "bottleneck": trained.autoencoder.bottleneck,
            "prior": prior,
        }
        | components.auxiliary_modules,
        generate=generate,
        reconstruct=reconstruct,
        discriminator_task=task,
    )
    sample_task = make_discriminator_task(components, compute_logits, draw_fakes_with(generate))
    return set_against(game, components, {"samples": sample_task}, generator)
