"""Shared parts of roles for labelled data: class scores from the discriminator's features, and fakes of a class."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from aegan.data.batch import Batch
from aegan.errors import InputError
from aegan.games.adversarial import make_discriminator_task
from aegan.games.components import AdversarialComponents, Components
from aegan.games.game import DiscriminatorTask, Game, LogitFunction, Player, Sampler
from aegan.networks.normalisation import Normalisation, normalise_weight
from aegan.networks.prior import Mixture


def get_labels(batch: Batch) -> Tensor:
    """Return the labels (N,) of a batch; a role that learns classes checks for labels when it is built."""
    assert batch.labels is not None, "these data have no labels"
    return batch.labels


def count_classes(components: Components) -> int:
    """Return the number of classes K.

    Raises:
        InputError: the data have no labels.
    """
    if not components.class_shares:
        raise InputError("role", "it learns classes, but the data have no labels", "Give labels, or use another role")
    return len(components.class_shares)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Encode labels (N,) as bool (N, K). Unlike torch's, it does not synchronise host and device."""
    return labels.unsqueeze(1) == torch.arange(classes, device=labels.device)


class ClassifyingDiscriminator(nn.Module):
    """A discriminator that also scores classes: data (N, ...) to a logit (N,) and class scores (N, K).

    Args:
        features: data (N, ...) to features (N, F).
        logit: features to (N, 1).
        classes: features to (N, K).
    """

    def __init__(self, features: nn.Module, logit: nn.Module, classes: nn.Module) -> None:
        super().__init__()
        self.features, self.logit, self.classes = features, logit, classes

    def forward(self, data: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits (N,) and the class scores (N, K) of data (N, ...)."""
        features = self.features(data)
        return self.logit(features).flatten(), self.classes(features)


def make_discriminator_heads(
    components: AdversarialComponents, bias: bool = True
) -> tuple[nn.Module, nn.Module, nn.Module]:
    """Make the method's discriminator, split before its last layer, and a linear layer of class scores.

    Returns:
        data (N, ...) to features (N, F), features to a logit (N, 1), features to class scores (N, K) with the same
        weight normalisation.
    """
    network = components.discriminator(components.shape)
    assert isinstance(network, nn.Sequential), "only a chain has a last layer"
    last, classes = network[-1], count_classes(components)
    assert isinstance(last, nn.Linear), "its last layer maps features to a logit"
    norm: Normalisation | None = "spectral" if is_parametrized(last) else None
    scores = components.make_network(
        "classes", lambda: normalise_weight(nn.Linear(last.in_features, classes, bias), norm)
    )
    return network[:-1], last, scores


def make_conditional_game(
    components: AdversarialComponents,
    compute_logits: LogitFunction,
    make_players: Callable[[nn.Module, DiscriminatorTask], tuple[Player, ...]],
) -> Game:
    """Make a class-conditional game: the generator makes G([z, y]) from noise z and a one-hot class y.

    In training a fake has the class of its real sample; classes of new data are drawn with the training frequencies.

    Args:
        components: the method's generator and augmentations.
        compute_logits: the discriminator: data (N, ...) and their batch to logits (N,).
        make_players: (generator, the discriminator's task) -> the players.
    """
    classes = count_classes(components)
    generator = components.make_data_generator(components.latent + classes)
    prior = Mixture.standard_normal(components.latent)

    def draw_codes_of(labels: Tensor, rng: torch.Generator) -> Tensor:
        codes = prior.draw(len(labels), rng)
        return torch.cat([codes, one_hot(labels, classes).to(codes)], dim=1)

    def draw_codes(count: int, rng: torch.Generator) -> Tensor:
        shares = torch.tensor(components.class_shares, device=rng.device)
        return draw_codes_of(torch.multinomial(shares, count, replacement=True, generator=rng), rng)

    def draw_fakes(batch: Batch, rng: torch.Generator) -> Tensor:
        data: Tensor = generator(draw_codes_of(get_labels(batch), rng))
        return data

    task = make_discriminator_task(components, compute_logits, draw_fakes)
    return Game(
        players=make_players(generator, task),
        auxiliary_modules={"prior": prior} | components.auxiliary_modules,
        generate=Sampler(draw_codes, generator),
        discriminator_task=task,
    )
