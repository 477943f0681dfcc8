"""The vector field of a game."""

import numpy as np
import pytest
import torch
from torch import nn

from aegan.data.batch import Batch
from aegan.evaluation.game_field import join_parameters, make_field_players
from aegan.games.game import Game, Player, enable_gradients
from aegan.probes.dynamics import Jacobian, compute_field


def jacobian_by_hand(game, dataset):
    """The game's Jacobian, one row per parameter, by plain autograd in float64."""
    rows = np.random.default_rng(0).choice(len(dataset), 8)
    batch = dataset.select_batch(rows)
    for module in game.modules.values():
        module.double()
    batch = batch._replace(real=batch.real.double())
    own = make_field_players(game, batch, 0)
    field = torch.cat(
        [part.flatten() for weights, loss in own for part in torch.autograd.grad(loss(), weights, create_graph=True)]
    )
    weights = [weight for group, _ in own for weight in group]
    jacobian = [
        torch.cat([g.flatten() for g in torch.autograd.grad(entry, weights, retain_graph=True, materialize_grads=True)])
        for entry in field
    ]
    return torch.stack(jacobian), [sum(weight.numel() for weight in group) for group, _ in own]


def test_each_players_gradient_depends_on_the_other_player(tiny, trained_method):
    small = tiny.method(
        generator={"name": "dense", "width": 2, "depth": 1}, discriminator={"name": "dense", "width": 2, "depth": 1}
    )
    jacobian, (judge, _) = jacobian_by_hand(tiny.game(small), trained_method().train_dataset)
    # of a GAN that is a zero-sum game in its minimax loss, the two mixed blocks are each other's negative transpose
    mixed, other = jacobian[:judge, judge:], jacobian[judge:, :judge]
    assert mixed.abs().max() > 1e-4
    torch.testing.assert_close(mixed, -other.T, rtol=1e-9, atol=1e-12)


def test_shared_parameters_are_a_player_of_their_own_whose_losses_add_up():
    shared, own = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    both = nn.ModuleList([shared, own])
    players = (
        Player("first", both, lambda batch, rng: 3 * shared.weight.sum() + own.weight.sum()),
        Player("second", shared, lambda batch, rng: 5 * shared.weight.sum()),
    )
    game, batch = Game(players=players), Batch(torch.zeros(2, 1))
    (both_weights, sum_of_losses), (own_weights, first_loss) = make_field_players(game, batch, 0)
    assert both_weights[0] is shared.weight
    assert own_weights[0] is own.weight
    assert torch.autograd.grad(sum_of_losses(), both_weights)[0].item() == 8
    assert torch.autograd.grad(first_loss(), own_weights)[0].item() == 1
    assert join_parameters(game).tolist() == [shared.weight.item(), own.weight.item()]


def test_a_loss_is_the_same_at_every_call():
    module = nn.Linear(1, 1)
    noisy = Player("noisy", module, lambda batch, rng: module(torch.randn(4, 1, generator=rng)).sum())
    ((_, loss),) = make_field_players(Game(players=(noisy,)), Batch(torch.zeros(2, 1)), 7)
    assert loss().item() == loss().item()


def compute_training_gradients(game, batch, weights):
    """Each player's gradient of the loss that training minimises, joined, at some weights (P,)."""
    parts = [list(player.module.parameters()) for player in game.players]
    with torch.no_grad():
        every = [weight for own in parts for weight in own]
        for weight, value in zip(every, weights.split([one.numel() for one in every]), strict=True):
            weight.copy_(value.view_as(weight))
    found = []
    for player, own in zip(game.players, parts, strict=True):
        enable_gradients(game, player.module)
        found += torch.autograd.grad(player.loss(batch, torch.Generator().manual_seed(0)), own)
    enable_gradients(game, *(player.module for player in game.players))
    return torch.cat([one.flatten() for one in found])


@pytest.mark.parametrize("role", [{"share": 0.5}, {"share": 0.9999999}, {"weight": 1.0}])
@pytest.mark.parametrize("loss", ["minimax", "non_saturating"])
def test_the_jacobian_is_that_of_the_field_that_training_follows(tiny, role, loss):
    """Where the anchor's weight follows the gradients, it does so in the Jacobian, too; at its bound it is constant."""
    game = tiny.game(tiny.method({"name": "reconstruction", **role}, loss=loss))
    for module in game.modules.values():
        module.double()
    batch = Batch(torch.rand(6, *tiny.SHAPE, generator=torch.Generator().manual_seed(1), dtype=torch.float64))
    players, at = make_field_players(game, batch, 0), join_parameters(game)
    torch.testing.assert_close(compute_field(players), compute_training_gradients(game, batch, at), rtol=1e-12, atol=0)
    u, v = torch.randn(2, len(at), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    ahead, behind = (compute_training_gradients(game, batch, at + step * u) for step in (1e-6, -1e-6))
    expected = (ahead - behind) / 2e-6
    compute_training_gradients(game, batch, at)
    jacobian = Jacobian(players)
    torch.testing.assert_close(jacobian.jvp(u), expected, rtol=1e-5, atol=1e-6 * expected.abs().max().item())
    torch.testing.assert_close(v @ jacobian.jvp(u), u @ jacobian.vjp(v), rtol=1e-9, atol=1e-12)
    # negative control: the Jacobian of the losses as they are holds the weight
    loss_of = lambda player: lambda: player.loss(batch, torch.Generator().manual_seed(0))  # noqa: E731
    held = Jacobian([(list(player.module.parameters()), loss_of(player)) for player in game.players])
    off = torch.linalg.norm(held.jvp(u) - expected) / torch.linalg.norm(expected)
    assert (off > 1e-3) == (role == {"share": 0.5})
