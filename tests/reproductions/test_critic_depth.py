"""Deep critics: gradients at activations against autograd and by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.critic_depth import (
    ARMS,
    activation_gradients,
    critic_depth,
    deep_game,
    draw_he,
    late,
    slopes,
)
from aegan.reproductions.grading import World

TINY = {"width": 6, "hidden": 3, "rounds": 3, "batch_size": 8}


@pytest.fixture
def world():
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32))
    return World(rows, rows)


def network(*weights):
    layers = []
    for weight in weights:
        layers += [nn.utils.skip_init(nn.Linear, len(weight[0]), len(weight), dtype=torch.float64), nn.ReLU()]
        layers[-2].weight.data = torch.tensor(weight, dtype=torch.float64)
        layers[-2].bias.data.zero_()
    return nn.Sequential(nn.Flatten(), *layers[:-1])


def test_a_chain_of_factors_by_hand():
    chain = network([[2.0]], [[3.0]], [[-5.0]])
    norms = activation_gradients(chain, torch.tensor([[1.0], [2.0]]).double(), torch.tensor([-1.0, 1.0]).double())
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
    torch.testing.assert_close(torch.stack(activation_gradients(critic, data, weights)), expected)


def test_first_weights_keep_gradients_level_and_leave_the_last_layer_alone():
    game = deep_game(0, (2,), (256, 3), 0.1, 10.0)
    *hidden, last = [part for part in game.modules["discriminator"] if isinstance(part, nn.Linear)]
    for layer in hidden:
        assert layer.weight.var().item() == pytest.approx(2 / layer.in_features, rel=0.15)
    kept = last.weight.clone()
    draw_he(game.modules["discriminator"], torch.Generator())
    assert torch.equal(kept, last.weight)


def test_arms_share_their_first_weights_and_differ_in_what_holds_the_critic():
    clipped, penalised = (deep_game(3, (2,), (4, 2), bound, 10.0) for bound in (0.1, None))
    for ours, theirs in zip(clipped.players, penalised.players, strict=True):
        for weight, other in zip(ours.module.parameters(), theirs.module.parameters(), strict=True):
            assert torch.equal(weight, other)
    assert clipped.player("discriminator").after
    assert penalised.player("discriminator").after is None
    assert clipped.player("discriminator").moves == 5


def table(of_arms, spread=0.01):
    rows = [
        (arm, seed, step, layer, 10.0 ** (-(slope + seed * spread) * layer + (5 if step == 0 else 0) * layer))
        for arm, slope in zip(ARMS, of_arms, strict=True)
        for seed in (0, 1)
        for step in (0, 5, 10)
        for layer in (1, 2, 3)
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "step", "layer", "norm"])


def test_slopes_are_decades_per_layer_going_back():
    found = slopes(table([0.3, -0.6, -1.2, 0.0]))
    assert found["clipped at 0.01", 0, 5] == pytest.approx(-0.6)
    assert found["clipped at 0.01", 0, 0] == pytest.approx(-5.6)
    assert set(late(table([0, 0, 0, 0]))["step"]) == {5, 10}


@pytest.mark.parametrize(
    ("of_arms", "passes"),
    [
        ([0.3, -0.6, -1.2, 0.0], [True, True, True, True]),
        ([0.1, -0.4, -0.9, -0.2], [False, False, False, False]),
        ([0.3, -0.6, -1.2, np.nan], [True, True, True, False]),  # a member that diverged
    ],
)
def test_grades_of_tables(of_arms, passes):
    assert [grade.passed for grade in critic_depth().grade(table(of_arms))] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(world):
    before = torch.random.get_rng_state()
    result = critic_depth(**TINY)
    rows = result.measure(0, world)
    assert_frame_equal(rows, result.measure(0, world), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert rows.groupby("arm")[["step", "layer"]].nunique().to_numpy().tolist() == [[3, 3]] * 4
    at_first = rows[rows["step"] == 0].groupby("layer")["norm"].nunique()
    assert (at_first == 1).all()  # the arms start alike, and are looked at on the same data
    assert len(result.draw(pd.concat([rows.assign(seed=seed) for seed in (0, 1)])).axes) == 2
