import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_plain_gan_by_hand(tiny, batch, loss):
    game = tiny.game(tiny.method(loss=loss))
    judge, generator = game.players
    fakes = generator.module(torch.randn(6, 4, generator=rng()))
    real, fake = judge.module(batch.real).flatten(), judge.module(fakes).flatten()
    assert_close(judge.loss(batch, rng()), LOSSES[loss]().discriminator(real, fake))
    assert_close(generator.loss(batch, rng()), LOSSES[loss]().generator(real, fake))
    for measured, by_hand in zip(game.discriminator_task.compute_logit_pair(batch, rng()), (real, fake), strict=True):
        assert_close(measured, by_hand)
