"""The discriminator is a classifier that learns from few labels, with fakes as an additional class."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan.data.batch import Batch
from aegan.games.adversarial import (
    draw_fakes_with,
    make_adversarial_players,
    make_discriminator_player,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import AdversarialComponents
from aegan.games.game import Game
from aegan.games.labelled import get_labels, make_discriminator_heads
from aegan.networks.prior import Mixture
from aegan.option_types import Share


def semi_supervised(
    components: AdversarialComponents, *, labelled_share: Share = 0.1, feature_matching: bool = True
) -> Game:
    """Semi-supervised GAN (Salimans 2016, section 5): D scores K classes; fakes are class K + 1, whose score is 0.

    With Z the sum of exp(score) over the K classes, D(x) = Z / (Z + 1), so its logit is log Z. Besides its adversarial
    loss D minimises the cross-entropy of the scores of the real samples whose label it sees.

    Args:
        components: the method's networks and adversarial objective.
        labelled_share: share of the samples whose label the discriminator sees.
        feature_matching: whether the generator minimises, as in the paper, ‖E f(x) − E f(G(z))‖² with f all of the
            discriminator but its last layer (section 3.1); if not, it minimises the method's adversarial loss.
    """
    generator, prior = components.make_data_generator(), Mixture.standard_normal(components.latent)
    features, _, classes = make_discriminator_heads(components)
    classifier = nn.Sequential(OrderedDict(features=features, classes=classes))
    generate = make_sampler(generator, prior)

    def compute_logits(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = classifier(data).logsumexp(1)
        return logits

    def class_loss(batch: Batch, real: Tensor, _fake: Tensor) -> Tensor:
        labels = get_labels(batch)
        visible = (labels >= 0).sum().clamp(min=1)
        return cross_entropy(classifier(real), labels, ignore_index=-1, reduction="sum") / visible

    def matching_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = (features(draw(batch, rng)).mean(0) for draw in (task.real, task.fake))
        distance: Tensor = (real - fake).square().sum()
        return distance

    task = make_discriminator_task(components, compute_logits, draw_fakes_with(generate))
    _, generator_player = make_adversarial_players(components, generator, classifier, task)
    return Game(
        players=(
            make_discriminator_player(components, classifier, task, class_loss),
            generator_player._replace(loss=matching_loss) if feature_matching else generator_player,
        ),
        auxiliary_modules={"prior": prior} | components.auxiliary_modules,
        generate=generate,
        classify=classifier,
        discriminator_task=task,
        labelled_share=labelled_share,
    )
