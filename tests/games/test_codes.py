"""The adversarial autoencoder and the Wasserstein autoencoder with an adversary."""

import pytest
import torch
from pydantic import ValidationError
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.roles import fresh_autoencoder, gan_game
from aegan.objectives.losses import LOSSES

ARCHITECTURE = {"name": "dense", "code": 4, "width": 8, "depth": 1}
ROLES = ["aae", "wae_gan"]


def rng():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def batch(tiny):
    return Batch(torch.rand(6, *tiny.SHAPE, generator=rng()))


def game_of(tiny, role, options=None, **changes):
    chosen = {"name": role, "architecture": ARCHITECTURE, **(options or {})}
    return tiny.game(tiny.method(chosen, **changes))


def whole(game):
    """The game's autoencoder."""
    return game.modules.get("autoencoder", game.modules["generator"])


@pytest.mark.parametrize("role", ROLES)
def test_codes_are_judged_against_draws_of_the_prior(tiny, batch, role):
    game = game_of(tiny, role)
    drawn, codes = torch.randn(6, 4, generator=rng()), whole(game).encoder(batch.real)
    assert_close((game.contest.real(batch, rng()), game.contest.fake(batch, rng())), (drawn, codes))
    judge = game.modules["discriminator"]
    assert_close(game.contest.logits(batch, rng()), (judge(drawn).flatten(), judge(codes).flatten()))


@pytest.mark.parametrize("role", ROLES)
def test_new_data_are_decoded_draws(tiny, batch, role):
    game = game_of(tiny, role)
    assert_close(game.generate(5, rng()), whole(game).decoder(torch.randn(5, 4, generator=rng())))
    assert_close(game.reconstruct(batch.real), whole(game).decoder(whole(game).encoder(batch.real)))


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_adversarial_autoencoder_by_hand(tiny, batch, loss):
    game = game_of(tiny, "aae", loss=loss)
    real, fake = game.contest.logits(batch, rng())
    discriminator, generator, autoencoder = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, LOSSES[loss]().discriminator(real, fake))
    assert_close(generator, LOSSES[loss]().generator(real, fake))
    assert_close(autoencoder, (game.reconstruct(batch.real) - batch.real).square().sum() / (6 * 64))


@pytest.mark.parametrize("weight", [0.5, 10.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_of_the_wasserstein_autoencoder_by_hand(tiny, batch, loss, weight):
    game = game_of(tiny, "wae_gan", {"weight": weight}, loss=loss)
    real, fake = game.contest.logits(batch, rng())
    cost = (game.reconstruct(batch.real) - batch.real).square().sum() / 6
    discriminator, generator = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, LOSSES[loss]().discriminator(real, fake))
    assert_close(generator, cost + weight * LOSSES[loss]().generator(real, fake))


def test_the_encoder_alone_is_the_adversarial_autoencoders_generator(tiny):
    game = game_of(tiny, "aae")
    assert game.player("generator").module is game.player("autoencoder").module.encoder


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_generator_makes_codes_look_drawn(tiny, batch, role, loss):
    game = game_of(tiny, role, {"weight": 1e4} if role == "wae_gan" else None, loss=loss)
    generator, weight = game.player("generator"), 1e4 if role == "wae_gan" else 1.0
    parameters = list(generator.module.parameters())
    before = game.contest.logits(batch, rng())[1].mean()
    slopes = torch.autograd.grad(generator.loss(batch, rng()), parameters)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes, strict=True):
            parameter.sub_(1e-2 / weight * slope)
    assert game.contest.logits(batch, rng())[1].mean() > before


def test_what_the_discriminator_sees_is_blurred_by_views_and_what_is_decoded_is_not(tiny, batch):
    views = [{"name": "instance_noise", "deviation": 2.0}]
    game = game_of(tiny, "wae_gan", {"weight": 3.0}, loss="wasserstein", views=views)
    fake = game.contest.judge(game.contest.fake(batch, rng()), batch)
    cost = (game.reconstruct(batch.real) - batch.real).square().sum() / 6
    assert_close(game.player("generator").loss(batch, rng()), cost - 3.0 * fake.mean())


@pytest.mark.parametrize("role", ROLES)
def test_the_autoencoder_starts_as_one_that_is_trained_alone(tiny, role):
    alone = fresh_autoencoder(tiny.entry(), tiny.SHAPE, 0)
    assert tiny.identical(whole(game_of(tiny, role)).state_dict(), alone.state_dict())


@pytest.mark.parametrize("role", [*ROLES, "vae_gan"])
def test_codes_that_are_never_negative_have_no_gaussian_prior(tiny, role):
    with pytest.raises(ValidationError, match="article"):
        gan_game(tiny.method({"name": role, "architecture": "article"}), tiny.SHAPE, 0, None)
