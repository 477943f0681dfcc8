"""The discriminator judges pairs of data and class."""

from __future__ import annotations

from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import make_adversarial_players
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.labelled import (
    ClassifyingDiscriminator,
    get_labels,
    make_conditional_game,
    make_discriminator_heads,
)


def projection(components: AdversarialComponents) -> Game:
    """Class-conditional GAN with a projection discriminator (Miyato & Koyama 2018, eq. 3).

    D(x, y) = ψ(φ(x)) + yᵀVφ(x), with ψ the last layer of the discriminator and φ all before it.
    """
    discriminator = ClassifyingDiscriminator(*make_discriminator_heads(components, bias=False))

    def compute_logits(data: Tensor, batch: Batch) -> Tensor:
        logits, scores = discriminator(data)
        conditional: Tensor = logits + scores.gather(1, get_labels(batch).unsqueeze(1)).squeeze(1)
        return conditional

    return make_conditional_game(
        components,
        compute_logits,
        lambda generator, task: make_adversarial_players(components, generator, discriminator, task),
    )
