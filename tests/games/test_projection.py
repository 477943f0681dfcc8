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


def judged(judge, data):
    """ψ(φ(x)) + yᵀVφ(x) by hand."""
    features = judge.features(data)
    one_hots = one_hot(LABELS, 4).float()
    return (features @ judge.logit.weight.T + judge.logit.bias).flatten() + torch.stack(
        [y @ judge.classes.weight @ phi for y, phi in zip(one_hots, features, strict=True)]
    )


def fakes(generator):
    codes = torch.cat([torch.randn(6, 4, generator=rng()), one_hot(LABELS, 4).float()], dim=1)
    return generator(codes)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game, by = tiny.game(tiny.method("projection", loss=loss)), LOSSES[loss]()
    judge, generator = (player.module for player in game.players)
    expected = judged(judge, batch.real), judged(judge, fakes(generator))
    assert_close(game.discriminator_task.compute_logit_pair(batch, rng()), expected)
    discriminator, maker = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, by.discriminator(*expected))
    assert_close(maker, by.generator(*expected))


def test_without_v_it_is_the_discriminator_of_the_plain_gan(tiny, batch):
    game, plain = tiny.game(tiny.method("projection")), tiny.game(tiny.method())
    torch.nn.init.zeros_(game.modules["discriminator"].classes.weight)
    judged_with = game.discriminator_task.compute_logits(batch.real, batch)
    assert_close(judged_with, plain.discriminator_task.compute_logits(batch.real, batch))
