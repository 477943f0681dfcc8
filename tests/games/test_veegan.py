import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


def error_of_codes(game, noise):
    """E‖z − F(G(z))‖² by hand."""
    codes = torch.randn(6, 4, generator=noise)
    back = game.modules["encoder"](game.modules["generator"](codes))
    return sum((z - z_back).square().sum() for z, z_back in zip(codes, back, strict=True)) / 6


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game, by = tiny.game(tiny.method({"name": "veegan", "weight": 0.3}, loss=loss)), LOSSES[loss]()
    noise = rng()
    real, fake = game.discriminator_task.compute_logit_pair(
        batch, noise
    )  # the codes that must come back are drawn after those
    discriminator, generator, encoder = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, by.discriminator(real, fake))
    assert_close(generator, by.generator(real, fake) + 0.3 * error_of_codes(game, noise))
    assert_close(encoder, 0.3 * error_of_codes(game, rng()))


def test_the_same_pairs_are_judged_as_in_a_bigan(tiny, batch):
    first, second = (tiny.game(tiny.method(role)).discriminator_task for role in ("veegan", "bigan"))
    for measured, expected in zip(
        first.compute_logit_pair(batch, rng()), second.compute_logit_pair(batch, rng()), strict=True
    ):
        assert torch.equal(measured, expected)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_reconstructor_follows_the_codes_alone_whatever_the_loss(tiny, batch, loss):
    game = tiny.game(tiny.method({"name": "veegan", "weight": 2.0}, loss=loss))
    encoder = game.get_player("encoder")
    parameters = list(encoder.module.parameters())
    expected = torch.autograd.grad(2 * error_of_codes(game, rng()), parameters)
    for measured, by_hand in zip(torch.autograd.grad(encoder.loss(batch, rng()), parameters), expected, strict=True):
        assert_close(measured, by_hand)


@pytest.mark.parametrize("player", ["generator", "encoder"])
def test_a_step_of_either_brings_codes_back(tiny, batch, player):
    game = tiny.game(tiny.method({"name": "veegan", "weight": 1e3}))
    mover = game.get_player(player)
    parameters = list(mover.module.parameters())
    before = error_of_codes(game, rng())
    slopes = torch.autograd.grad(mover.loss(batch, rng()), parameters)
    with torch.no_grad():
        for weight, slope in zip(parameters, slopes, strict=True):
            weight.sub_(1e-6 * slope)
    assert error_of_codes(game, rng()) < before
