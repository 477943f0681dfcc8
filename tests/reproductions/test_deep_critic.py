"""Deep critics: gradients at activations against autograd and by hand, the initial weights."""

import numpy as np
import pytest
import torch
from torch import nn

from aegan.reproductions.deep_critic import activation_gradient_norms, initialise_he, make_deep_game

REGULARISERS = ({"constraint": {"name": "clip", "bound": 0.1}}, {"penalty": {"name": "gp", "weight": 10.0}})


def network(*weights):
    layers = []
    for weight in weights:
        layers += [nn.utils.skip_init(nn.Linear, len(weight[0]), len(weight), dtype=torch.float64), nn.ReLU()]
        layers[-2].weight.data = torch.tensor(weight, dtype=torch.float64)
        layers[-2].bias.data.zero_()
    return nn.Sequential(nn.Flatten(), *layers[:-1])


def test_a_chain_of_factors_by_hand():
    chain = network([[2.0]], [[3.0]], [[-5.0]])
    norms = activation_gradient_norms(chain, torch.tensor([[1.0], [2.0]]).double(), torch.tensor([-1.0, 1.0]).double())
    torch.testing.assert_close(torch.stack(norms), torch.tensor([15.0, 5.0]).double() * 2**0.5)  # of two points


def test_gradients_are_those_of_activations_set_free():
    rng = np.random.default_rng(1)
    critic = network(rng.normal(size=(4, 2)), rng.normal(size=(5, 4)), rng.normal(size=(1, 5)))
    data, weights = torch.from_numpy(rng.normal(size=(7, 2))), torch.from_numpy(rng.normal(size=7))
    first = critic[:3](data).detach().requires_grad_()
    second = critic[3:5](first).detach().requires_grad_()
    (weights @ critic[5](second).flatten()).backward()
    (weights @ critic[3:](first).flatten()).backward()
    expected = torch.stack([first.grad.norm(), second.grad.norm()])
    torch.testing.assert_close(torch.stack(activation_gradient_norms(critic, data, weights)), expected)


def test_first_weights_keep_gradients_level_and_leave_the_last_layer_alone():
    game = make_deep_game(0, (2,), (256, 3), {})
    *hidden, last = [part for part in game.modules["discriminator"] if isinstance(part, nn.Linear)]
    for layer in hidden:
        assert layer.weight.var().item() == pytest.approx(2 / layer.in_features, rel=0.15)
    kept = last.weight.clone()
    initialise_he(game.modules["discriminator"], torch.Generator())
    assert torch.equal(kept, last.weight)


def test_arms_share_their_first_weights_and_differ_in_what_holds_the_critic():
    clipped, penalised = (make_deep_game(3, (2,), (4, 2), own) for own in REGULARISERS)
    for ours, theirs in zip(clipped.players, penalised.players, strict=True):
        for weight, other in zip(ours.module.parameters(), theirs.module.parameters(), strict=True):
            assert torch.equal(weight, other)
    assert clipped.get_player("discriminator").after_move
    assert penalised.get_player("discriminator").after_move is None
    assert clipped.get_player("discriminator").moves == 5
