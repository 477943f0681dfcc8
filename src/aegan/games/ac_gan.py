"""The discriminator also classifies, and fakes must be classified as the class they were generated for."""

from __future__ import annotations

from dataclasses import replace

from pydantic import NonNegativeFloat
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan.data.batch import Batch
from aegan.games.adversarial import make_adversarial_players, make_discriminator_player
from aegan.games.components import AdversarialComponents
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.games.labelled import (
    ClassifyingDiscriminator,
    get_labels,
    make_conditional_game,
    make_discriminator_heads,
)


def ac_gan(components: AdversarialComponents, *, weight: NonNegativeFloat = 1.0) -> Game:
    """Class-conditional GAN with an auxiliary classifier (AC-GAN, Odena 2017, eqs. 2 and 3).

    A second head on the discriminator's features scores classes. Besides their adversarial losses, both
    players minimise its cross-entropy on real data and on fakes; the generator's loss leaves out that on real data,
    which does not depend on the generator.

    Args:
        weight: weight of the cross-entropies.
    """
    discriminator = ClassifyingDiscriminator(*make_discriminator_heads(components))

    def compute_logits(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = discriminator(data)[0]
        return logits

    def classify(data: Tensor) -> Tensor:
        scores: Tensor = discriminator(data)[1]
        return scores

    def class_loss(batch: Batch, data: Tensor) -> Tensor:
        return weight * cross_entropy(classify(data), get_labels(batch))

    def both_class_losses(batch: Batch, real: Tensor, fake: Tensor) -> Tensor:
        return class_loss(batch, real) + class_loss(batch, fake)

    def make_players(generator: nn.Module, task: DiscriminatorTask) -> tuple[Player, ...]:
        _, generator_player = make_adversarial_players(components, generator, discriminator, task, class_loss)
        return make_discriminator_player(components, discriminator, task, both_class_losses), generator_player

    return replace(make_conditional_game(components, compute_logits, make_players), classify=classify)
