"""What roles of labelled data share: class scores from the discriminator's features, and fakes of a class."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from aegan.data.batch import Batch
from aegan.errors import InputError
from aegan.games.adversarial import Basics, Parts, judged_by
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.networks.normalisation import Normalisation, weighted
from aegan.networks.prior import Mixture


def labels_of(batch: Batch) -> Tensor:
    """Return the labels (N,) of a batch; a role that learns classes is never played without any."""
    assert batch.labels is not None, "these data have no labels"
    return batch.labels


def classes_of(parts: Basics) -> int:
    """Return the number of classes K.

    Raises:
        InputError: the data have no labels.
    """
    if not parts.shares:
        raise InputError("role", "it learns classes, but the data have no labels", "Give labels, or use another role")
    return len(parts.shares)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Mark the class of every label (N,) in a row of its own: bool (N, K). Unlike torch's, it asks the host nothing."""
    return labels.unsqueeze(1) == torch.arange(classes, device=labels.device)


class Scored(nn.Module):
    """A discriminator that scores classes besides: data (N, ...) to a logit (N,) and class scores (N, K).

    Args:
        features: data (N, ...) to features (N, F).
        logit: features to (N, 1).
        classes: features to (N, K).
    """

    def __init__(self, features: nn.Module, logit: nn.Module, classes: nn.Module) -> None:
        super().__init__()
        self.features, self.logit, self.classes = features, logit, classes

    def forward(self, data: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits and the class scores."""
        features = self.features(data)
        return self.logit(features).flatten(), self.classes(features)


def heads(parts: Parts, bias: bool = True) -> tuple[nn.Module, nn.Module, nn.Module]:
    """Make the method's discriminator, cut before its last layer, and a linear layer of class scores, normalised alike.

    Returns:
        data (N, ...) to features (N, F), features to a logit (N, 1), features to class scores (N, K).
    """
    network = parts.discriminator(parts.shape)
    assert isinstance(network, nn.Sequential), "only a chain has a last layer"
    last, classes = network[-1], classes_of(parts)
    assert isinstance(last, nn.Linear), "its features are what a linear layer turns to a logit"
    norm: Normalisation | None = "spectral" if is_parametrized(last) else None
    scores = parts.fresh("classes", lambda: weighted(nn.Linear(last.in_features, classes, bias), norm))
    return network[:-1], last, scores


def conditional_game(
    parts: Parts,
    judge: Callable[[Tensor, Batch], Tensor],
    players: Callable[[nn.Module, DiscriminatorTask], tuple[Player, ...]],
) -> Game:
    """Play on fakes of a class: z and a class y, one-hot, make G([z, y]).

    A fake in training has the class of its real; new data have classes drawn as often as they are among the rows.

    Args:
        parts: what the players are made of.
        judge: the discriminator, given data and the batch they belong to.
        players: who plays, given the generator and what the discriminator is shown.
    """
    generator = parts.generator(parts.latent + classes_of(parts), parts.shape, parts.output)
    prior = Mixture.standard(parts.latent)

    def made(labels: Tensor, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(labels), rng)
        data: Tensor = generator(torch.cat([codes, one_hot(labels, classes_of(parts)).to(codes)], dim=1))
        return data

    def generate(count: int, rng: torch.Generator) -> Tensor:
        shares = torch.tensor(parts.shares, device=rng.device)
        return made(torch.multinomial(shares, count, replacement=True, generator=rng), rng)

    shown = judged_by(judge, parts, lambda batch, rng: made(labels_of(batch), rng))
    return Game(
        players=players(generator, shown),
        auxiliary_modules={"prior": prior} | parts.auxiliary_modules,
        generate=generate,
        contest=shown,
    )
