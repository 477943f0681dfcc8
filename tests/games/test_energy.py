import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.games.components import GeneratorComponents
from aegan.games.energy import make_energy_game
from aegan.networks.autoencoders import AUTOENCODERS, Autoencoder
from aegan.registry import make_options_model


def rng():
    return torch.Generator().manual_seed(0)


def ebgan(tiny, **options):
    return tiny.game(tiny.method({"name": "ebgan", **options}))


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_the_discriminator_is_the_autoencoder_that_was_chosen(tiny, name):
    game = ebgan(tiny, architecture={"name": name, "code": 3})
    discriminator = game.modules["discriminator"]
    assert isinstance(discriminator, Autoencoder)
    assert discriminator.code == 3
    assert discriminator(torch.rand(2, *tiny.SHAPE)).shape == (2, *tiny.SHAPE)


def test_an_energy_is_no_logit(tiny):
    game = ebgan(tiny)
    assert game.discriminator_task is None
    assert game.reconstruct is None


def test_the_energy_is_the_mean_error_of_each_sample(tiny, batch):
    components = GeneratorComponents(
        shape=tiny.SHAPE, latent=4, generator=lambda *_: nn.Sequential(nn.Linear(4, 64), Image())
    )
    architecture = OPTIONS(name="dense", code=4, width=8, depth=1)
    game = make_energy_game(components, architecture, torch.abs, lambda real, fake: (real * fake.detach()).sum())
    autoencoder, generator = game.modules["discriminator"], game.modules["generator"]
    made = generator(torch.randn(6, 4, generator=rng()))
    real, fake = ((autoencoder(data) - data).abs().sum((1, 2, 3)) / 64 for data in (batch.real, made))
    discriminator, maker = game.players
    assert_close(discriminator.loss(batch, rng()), (real * fake).sum())
    assert_close(maker.loss(batch, rng()), fake.mean())


class Image(nn.Module):
    """(N, 64) to (N, 1, 8, 8)."""

    def forward(self, data):
        return data.reshape(-1, 1, 8, 8)


OPTIONS = make_options_model("dense", AUTOENCODERS["dense"])
