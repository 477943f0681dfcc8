"""The adversarial autoencoder and the Wasserstein autoencoder with an adversary."""

import pytest
import torch
from pydantic import ValidationError
from torch.testing import assert_close

from aegan.games.assembly import make_autoencoder, make_gan_game
from aegan.objectives.losses import LOSSES

ARCHITECTURE = {"name": "dense", "code": 4, "width": 8, "depth": 1}
ROLES = ["aae", "wae_gan"]


def rng():
    return torch.Generator().manual_seed(0)


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
    assert_close(
        (game.discriminator_task.real(batch, rng()), game.discriminator_task.fake(batch, rng())), (drawn, codes)
    )
    judge = game.modules["discriminator"]
    assert_close(
        game.discriminator_task.compute_logit_pair(batch, rng()), (judge(drawn).flatten(), judge(codes).flatten())
    )


@pytest.mark.parametrize("role", ROLES)
def test_new_data_are_decoded_draws(tiny, batch, role):
    game = game_of(tiny, role)
    assert_close(game.generate(5, rng()), whole(game).decoder(torch.randn(5, 4, generator=rng())))
    assert_close(game.reconstruct(batch.real), whole(game).decoder(whole(game).encoder(batch.real)))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_generator_makes_codes_look_drawn(tiny, batch, role, loss):
    game = game_of(tiny, role, {"weight": 1e4} if role == "wae_gan" else None, loss=loss)
    generator, weight = game.get_player("generator"), 1e4 if role == "wae_gan" else 1.0
    parameters = list(generator.module.parameters())
    before = game.discriminator_task.compute_logit_pair(batch, rng())[1].mean()
    slopes = torch.autograd.grad(generator.loss(batch, rng()), parameters)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes, strict=True):
            parameter.sub_(1e-2 / weight * slope)
    assert game.discriminator_task.compute_logit_pair(batch, rng())[1].mean() > before


@pytest.mark.parametrize("role", ROLES)
def test_the_autoencoder_starts_as_one_that_is_trained_alone(tiny, role):
    alone = make_autoencoder(tiny.entry(), tiny.SHAPE, 0)
    assert tiny.identical(whole(game_of(tiny, role)).state_dict(), alone.state_dict())


@pytest.mark.parametrize("role", [*ROLES, "vae_gan"])
def test_codes_that_are_never_negative_have_no_gaussian_prior(tiny, role):
    with pytest.raises(ValidationError, match="article"):
        make_gan_game(tiny.method({"name": role, "architecture": "article"}), tiny.SHAPE, 0, None)
