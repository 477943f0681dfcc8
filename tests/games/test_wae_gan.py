import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES

ARCHITECTURE = {"name": "dense", "code": 4, "width": 8, "depth": 1}


def rng():
    return torch.Generator().manual_seed(0)


def game_of(tiny, role, options=None, **changes):
    chosen = {"name": role, "architecture": ARCHITECTURE, **(options or {})}
    return tiny.game(tiny.method(chosen, **changes))


@pytest.mark.parametrize("weight", [0.5, 10.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_wasserstein_autoencoder_by_hand(tiny, batch, loss, weight):
    game = game_of(tiny, "wae_gan", {"weight": weight}, loss=loss)
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    cost = (game.reconstruct(batch.real) - batch.real).square().sum() / 6
    discriminator, generator = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, LOSSES[loss]().discriminator(real, fake))
    assert_close(generator, cost + weight * LOSSES[loss]().generator(real, fake))


def test_augmentations_change_what_the_discriminator_sees_and_not_what_is_decoded(tiny, batch):
    augmentations = [{"name": "instance_noise", "deviation": 2.0}]
    game = game_of(tiny, "wae_gan", {"weight": 3.0}, loss="wasserstein", augmentations=augmentations)
    fake = game.discriminator_task.compute_logits(game.discriminator_task.fake(batch, rng()), batch)
    cost = (game.reconstruct(batch.real) - batch.real).square().sum() / 6
    assert_close(game.get_player("generator").loss(batch, rng()), cost - 3.0 * fake.mean())
