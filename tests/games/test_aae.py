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


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_adversarial_autoencoder_by_hand(tiny, batch, loss):
    game = game_of(tiny, "aae", loss=loss)
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    discriminator, generator, autoencoder = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, LOSSES[loss]().discriminator(real, fake))
    assert_close(generator, LOSSES[loss]().generator(real, fake))
    assert_close(autoencoder, (game.reconstruct(batch.real) - batch.real).square().sum() / (6 * 64))


def test_the_encoder_alone_is_the_adversarial_autoencoders_generator(tiny):
    game = game_of(tiny, "aae")
    assert game.get_player("generator").module is game.get_player("autoencoder").module.encoder
