import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


def test_latent_images_are_decoded_codes(tiny):
    trained = tiny.trained(0)
    game = make_gan_game(tiny.method("latent"), tiny.SHAPE, 0, trained)
    noise = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    codes = game.modules["generator"](noise)
    images = game.generate(6, torch.Generator().manual_seed(1))
    torch.testing.assert_close(images, trained.autoencoder.decoder(codes))
    assert game.reconstruct is None


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, loss):
    game, by = make_gan_game(tiny.method("latent", loss=loss), tiny.SHAPE, 0, tiny.trained()), LOSSES[loss]()
    codes = Batch(torch.randn(6, 4, generator=rng()))
    discriminator, generator = game.players
    made = generator.module(torch.randn(6, 4, generator=rng()))
    real, fake = (discriminator.module(data).flatten() for data in (codes.real, made))
    assert game.data_kind == "codes"
    assert_close(discriminator.loss(codes, rng()), by.discriminator(real, fake))
    assert_close(generator.loss(codes, rng()), by.generator(real, fake))
