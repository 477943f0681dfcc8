"""The gradient bound of spectral normalisation: against plain autograd and by hand, tables through the grades."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import nn

from aegan.probes.lipschitz import gradient_bound
from aegan.reproductions.spectral_bound import (
    ACTIVATIONS,
    ROUNDING,
    Networks,
    bounds,
    draw_networks,
    gradient_norms,
    normalised,
    ratios,
    shares,
    spectral_bound,
)

LAYERS = {"relu": nn.ReLU(), "leaky_relu": nn.LeakyReLU(), "tanh": nn.Tanh()}


def drawn(count=5, deepest=4, widest=6, seed=0):
    return draw_networks(count, deepest, widest, np.random.default_rng(seed), torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("seed", range(4))
def test_gradients_and_bounds_are_those_of_each_network_alone(seed):
    networks = drawn(seed=seed)
    norms, allowed = gradient_norms(networks), bounds(networks)
    for case in range(len(networks.x)):
        weights = [weight[case].detach() for weight in networks.weights]
        layers = [nn.utils.skip_init(nn.Linear, *weight.T.shape, bias=False, dtype=weight.dtype) for weight in weights]
        for layer, weight in zip(layers, weights, strict=True):
            layer.weight.data = weight
        hidden = [part for layer in layers[:-1] for part in (layer, LAYERS[networks.activation])]
        nn.Sequential(*hidden, layers[-1])(networks.x[case]).backward()
        torch.testing.assert_close(norms[case], torch.stack([layer.weight.grad.norm() for layer in layers]))
        torch.testing.assert_close(allowed[case], gradient_bound(weights, networks.x[case].norm()))


def test_a_chain_of_single_units_meets_its_bound():
    one = Networks(
        "relu", [torch.tensor([[[w]]], dtype=torch.float64) for w in (3.0, 0.5, -2.0)], torch.full((1, 1), 4.0).double()
    )
    torch.testing.assert_close(gradient_norms(one), torch.tensor([[4.0, 24.0, 6.0]]).double())  # ‖x‖ Π of the others
    torch.testing.assert_close(bounds(one), torch.tensor([[4.0, 24.0, 6.0]]).double())
    (row,) = ratios(one).to_dict("records")
    assert row["unnormalised"] == pytest.approx(1.0)
    assert row["normalised"] == pytest.approx(1.0)
    assert row["exceeding"] == pytest.approx(6.0)


def test_normalised_layers_have_norm_one_and_the_bound_of_the_input():
    tame = normalised(drawn())
    for weight in tame.weights:
        torch.testing.assert_close(torch.linalg.matrix_norm(weight, ord=2), torch.ones(5).double())
    torch.testing.assert_close(bounds(tame), tame.x.norm(dim=1, keepdim=True).expand(-1, len(tame.weights)))


def test_activations_are_those_the_theorem_is_about():
    x = torch.linspace(-5, 5, 201, dtype=torch.float64)
    for activation in ACTIVATIONS.values():
        values = activation(x)
        assert (values.abs() <= x.abs() + 1e-15).all()
        assert (values.diff().abs() <= x.diff().abs() + 1e-15).all()


def table(**columns):
    return pd.DataFrame({"normalised": 0.5, "unnormalised": 0.5, "exceeding": 3.0, "seed": [0, 0, 1, 1]} | columns)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table(), [True, True]),
        (table(normalised=[0.5, 1 + ROUNDING / 2, 1.0, 0.0]), [True, True]),  # what meets its bound is rounded
        (table(normalised=[0.5, 1 + 1e-6, 0.5, 0.5]), [False, True]),
        (table(unnormalised=[0.5, 0.5, 0.5, 2.0]), [False, True]),
        (table(exceeding=[3.0, 3.0, 0.9, 1.0]), [True, False]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in spectral_bound().grade(rows)] == passes


def test_shares_hold_every_ratio_once():
    counts = shares(pd.Series([0.0, 1e-9, 0.2, 0.2, 1.0, 5.0]), np.array([-2.0, -1.0, 0.0, 1.0]))
    np.testing.assert_allclose(counts, [2 / 6, 3 / 6, 1 / 6])


def test_a_small_run_holds_says_the_same_twice_and_is_drawn():
    result = spectral_bound(cases=450, deepest=5, widest=12)
    rows = pd.concat([result.measure(seed, None).assign(seed=seed) for seed in (0, 1)], ignore_index=True)
    assert_frame_equal(result.measure(1, None), rows[rows["seed"] == 1].drop(columns="seed").reset_index(drop=True))
    assert (rows.groupby("seed")["case"].nunique() == 450).all()
    assert all(grade.passed for grade in result.grade(rows))  # it is mathematics
    assert len(result.draw(rows).axes) == 1
