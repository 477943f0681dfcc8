"""The discriminator judges data and class together."""

from __future__ import annotations

from torch import Tensor

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, adversarial_players
from aegan.games.game import Game
from aegan.games.labelled import Scored, conditional_game, heads, labels_of


def projection(parts: Parts) -> Game:
    """Class-conditional GAN with a projection discriminator (Miyato & Koyama 2018, eq. 3).

    D(x, y) = ψ(φ(x)) + yᵀVφ(x), with ψ the last layer of the discriminator and φ all before it.
    """
    discriminator = Scored(*heads(parts, bias=False))

    def judge(data: Tensor, batch: Batch) -> Tensor:
        logits, scores = discriminator(data)
        judged: Tensor = logits + scores.gather(1, labels_of(batch).unsqueeze(1)).squeeze(1)
        return judged

    return conditional_game(
        parts, judge, lambda generator, shown: adversarial_players(generator, discriminator, shown, parts)
    )
