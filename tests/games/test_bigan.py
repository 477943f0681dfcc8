import numpy as np
import pytest
import torch
from torch.testing import assert_close

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.objectives.losses import LOSSES
from aegan.training.cohort import train


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game = tiny.game(tiny.method("bigan", loss=loss))
    real, fake = game.discriminator_task.compute_logit_pair(batch, rng())
    discriminator, generator, encoder = (player.loss(batch, rng()) for player in game.players)
    assert_close(discriminator, LOSSES[loss]().discriminator(real, fake))
    assert_close(generator, LOSSES[loss]().generator(real, fake))
    assert_close(encoder, LOSSES[loss]().generator(-fake, -real))


def test_in_the_minimax_game_both_players_descend_what_the_discriminator_ascends(tiny, batch):
    game = tiny.game(tiny.method("bigan", loss="minimax"))
    for player in game.players[1:]:
        parameters = list(player.module.parameters())
        value = -game.get_player("discriminator").loss(batch, rng())
        expected = torch.autograd.grad(value, parameters)
        for measured, by_hand in zip(torch.autograd.grad(player.loss(batch, rng()), parameters), expected, strict=True):
            assert_close(measured, by_hand)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_encoder_makes_real_pairs_look_fake(tiny, batch, loss):
    game = tiny.game(tiny.method("bigan", loss=loss))
    encoder = game.get_player("encoder")
    parameters = list(encoder.module.parameters())
    before = game.discriminator_task.compute_logit_pair(batch, rng())[0].mean()
    slopes = torch.autograd.grad(encoder.loss(batch, rng()), parameters)
    with torch.no_grad():
        for weight, slope in zip(parameters, slopes, strict=True):
            weight.sub_(1e-2 * slope)
    assert game.discriminator_task.compute_logit_pair(batch, rng())[0].mean() < before


@pytest.mark.slow
def test_the_encoder_learns_to_invert_the_generator(tiny):
    noise = np.random.default_rng(0).normal(size=(2000, 2))
    points = ArrayDataset((noise @ [[1.0, 0.5], [0.0, 0.5]] + 1).astype(np.float32))
    network = {"name": "dense", "width": 32, "depth": 2}
    role = {"name": "bigan", "encoder": network}
    chosen = tiny.method(
        role, "non_saturating", latent=2, generator=network, discriminator=network, penalty={"name": "r1_r2"}
    )
    member = tiny.member(make_gan_game(chosen, (2,), 0, None), rows=points, batch_size=64)
    real = points.select_batch(np.arange(500)).real

    def error():
        return (member.game.reconstruct(real) - real).square().mean().item()

    at_first = error()
    train(member, 1000, [])
    assert member.divergence is None
    assert error() < at_first / 5
