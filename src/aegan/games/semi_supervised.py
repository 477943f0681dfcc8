"""The discriminator is a classifier that learns from few labels, and from fakes what belongs to no class."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, adversarial_players, against, drawn_through, judged_by
from aegan.games.game import Game
from aegan.games.labelled import heads, labels_of
from aegan.networks.prior import Mixture
from aegan.objectives.weight_schedules import Share


def semi_supervised(parts: Parts, *, labelled_share: Share = 0.1, feature_matching: bool = True) -> Game:
    """Semi-supervised GAN (Salimans 2016, section 5): D scores K classes, and a fake is of one more, whose score is 0.

    With Z the sum of exp(score) over the K, D(x) = Z / (Z + 1), so that log Z is its logit. Besides its adversarial
    loss it minimises the cross-entropy of the scores of the reals whose label it is told.

    Args:
        labelled_share: share of the rows whose label the discriminator is told.
        feature_matching: whether the generator minimises, as in the paper, ‖E f(x) − E f(G(z))‖² with f all of the
            discriminator but its last layer (section 3.1); if not, the method's adversarial loss.
    """
    generator, prior = parts.generator(parts.latent, parts.shape, parts.output), Mixture.standard(parts.latent)
    features, _, classes = heads(parts)
    classifier, generate = (
        nn.Sequential(OrderedDict(features=features, classes=classes)),
        drawn_through(generator, prior),
    )

    def judge(data: Tensor, _batch: Batch) -> Tensor:
        logits: Tensor = classifier(data).logsumexp(1)
        return logits

    def class_loss(batch: Batch, real: Tensor, _fake: Tensor) -> Tensor:
        labels = labels_of(batch)
        told = (labels >= 0).sum().clamp(min=1)
        return cross_entropy(classifier(real), labels, ignore_index=-1, reduction="sum") / told

    def matching_loss(batch: Batch, rng: torch.Generator) -> Tensor:
        real, fake = (features(draw(batch, rng)).mean(0) for draw in (shown.real, shown.fake))
        distance: Tensor = (real - fake).square().sum()
        return distance

    shown = judged_by(judge, parts, lambda batch, rng: generate(len(batch.real), rng))
    _, maker = adversarial_players(generator, classifier, shown, parts)
    return Game(
        players=(
            against(classifier, shown, parts, class_loss),
            maker._replace(loss=matching_loss) if feature_matching else maker,
        ),
        auxiliary_modules={"prior": prior} | parts.auxiliary_modules,
        generate=generate,
        classify=classifier,
        contest=shown,
        labelled=labelled_share,
    )
