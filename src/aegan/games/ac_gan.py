"""The discriminator also tells classes, and the fakes are to be of theirs."""

from __future__ import annotations

from dataclasses import replace

from pydantic import NonNegativeFloat
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, adversarial_players, against
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.games.labelled import Scored, conditional_game, heads, labels_of


def ac_gan(parts: Parts, *, weight: NonNegativeFloat = 1.0) -> Game:
    """Class-conditional GAN with an auxiliary classifier (AC-GAN, Odena 2017, eqs. 2 and 3).

    A second head on the discriminator's features scores classes. Both players minimise, besides their adversarial
    losses, its cross-entropy on real data and on fakes; the generator's has that of the fakes alone, for it has no part
    in the other.

    Args:
        weight: weight of the cross-entropies.
    """
    discriminator = Scored(*heads(parts))

    def judge(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = discriminator(data)[0]
        return logits

    def classify(data: Tensor) -> Tensor:
        scores: Tensor = discriminator(data)[1]
        return scores

    def class_loss(batch: Batch, data: Tensor) -> Tensor:
        return weight * cross_entropy(classify(data), labels_of(batch))

    def of_both(batch: Batch, real: Tensor, fake: Tensor) -> Tensor:
        return class_loss(batch, real) + class_loss(batch, fake)

    def players(generator: nn.Module, shown: DiscriminatorTask) -> tuple[Player, ...]:
        _, maker = adversarial_players(generator, discriminator, shown, parts, class_loss)
        return against(discriminator, shown, parts, of_both), maker

    return replace(conditional_game(parts, judge, players), classify=classify)
