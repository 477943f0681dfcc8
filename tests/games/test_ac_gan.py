import pytest
import torch
from torch.nn.functional import one_hot
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.objectives.losses import LOSSES

LABELS = torch.tensor([0, 3, 1, 1, 2, 0])


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch(tiny):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()), LABELS)


def surprise(game, data):
    """Mean of −log P(y | x) by hand."""
    scores = game.classify(data)
    return -torch.stack([row[y] - row.exp().sum().log() for row, y in zip(scores, LABELS, strict=True)]).mean()


def fakes(game):
    return game.modules["generator"](torch.cat([torch.randn(6, 4, generator=rng()), one_hot(LABELS, 4)], dim=1))


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game, by = tiny.game(tiny.method({"name": "ac_gan", "weight": 0.3}, loss=loss)), LOSSES[loss]()
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    of_real, of_fake = surprise(game, batch.real), surprise(game, fakes(game))
    discriminator, generator = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, by.discriminator(real, fake) + 0.3 * (of_real + of_fake))
    assert_close(generator, by.generator(real, fake) + 0.3 * of_fake)


def test_logit_and_scores_are_two_heads_on_the_same_features(tiny, batch):
    game, plain = tiny.game(tiny.method("ac_gan")), tiny.game(tiny.method())
    judge = game.modules["discriminator"]
    assert_close(
        game.discriminator_task.compute_logits(batch.real, batch),
        plain.discriminator_task.compute_logits(batch.real, batch),
    )
    by_hand = judge.features(batch.real) @ judge.classes.weight.T + judge.classes.bias
    assert_close(game.classify(batch.real), by_hand)
    assert by_hand.shape == (6, 4)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_step_of_either_makes_fakes_more_of_their_class(tiny, batch, player):
    game = tiny.game(tiny.method({"name": "ac_gan", "weight": 1e3}))
    mover = game.get_player(player)
    parameters = list(mover.module.parameters())
    before = surprise(game, fakes(game))
    slopes = torch.autograd.grad(mover.loss(batch, rng()), parameters)
    with torch.no_grad():
        for weight, slope in zip(parameters, slopes, strict=True):
            weight.sub_(1e-6 * slope)
    assert surprise(game, fakes(game)) < before
