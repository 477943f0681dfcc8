import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("role", ["none", "bigan", "mdgan", "veegan", "alpha_gan", "wae_gan"])
def test_real_data_are_judged_in_a_makers_move_only_where_its_loss_compares_with_them(tiny, batch, role, loss):
    game, judged = tiny.game(tiny.method(role, loss=loss)), []
    game.modules["discriminator"].register_forward_hook(lambda *_: judged.append(1))
    kinds = 2 if role in {"mdgan", "alpha_gan"} else 1  # of fakes: reconstructions are some, too
    game.get_player("generator").loss(batch, rng())
    assert len(judged) == (2 * kinds if LOSSES[loss]().generator_needs_real else kinds)


def test_a_penalty_is_added_to_the_discriminators_loss_alone(tiny, batch):
    plain, penalised = (tiny.game(tiny.method(**change)) for change in ({}, {"penalty": {"name": "r1", "gamma": 4.0}}))
    real = batch.real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(plain.players[0].module(real).sum(), real)
    penalty = 4.0 / 2 * slope.square().sum((1, 2, 3)).mean()
    difference = penalised.players[0].loss(batch, rng()) - plain.players[0].loss(batch, rng())
    assert_close(difference, penalty, rtol=1e-4, atol=1e-6)
    assert_close(penalised.players[1].loss(batch, rng()), plain.players[1].loss(batch, rng()))
