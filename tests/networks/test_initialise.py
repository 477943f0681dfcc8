import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.networks.initialise import INITIALISERS, initialise_module, orthogonal


def made(build, fill=None, seed=0):
    return initialise_module(build, torch.Generator().manual_seed(seed), fill)


@pytest.mark.parametrize(
    ("build", "fan_in", "fan_out"),
    [
        (lambda: nn.Linear(300, 200), 300, 200),
        (lambda: nn.Conv2d(20, 30, 3), 20 * 9, 30 * 9),
        (lambda: nn.ConvTranspose2d(30, 20, 4), 20 * 16, 30 * 16),
    ],
    ids=["linear", "conv", "transposed"],
)
def test_weights_are_glorot_uniform_and_biases_zero(build, fan_in, fan_out):
    layer, bound = made(build), math.sqrt(6 / (fan_in + fan_out))
    assert layer.weight.abs().max() <= bound
    assert layer.weight.abs().max() > 0.99 * bound
    assert_close(layer.weight.var().item(), bound**2 / 3, rtol=0.05, atol=0)
    assert_close(layer.weight.mean().item(), 0.0, rtol=0, atol=0.05 * bound)
    assert (layer.bias == 0).all()


def test_equal_generators_give_equal_weights():
    first, same, other = (made(lambda: nn.Linear(3, 4), seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.weight, same.weight)
    assert not torch.equal(first.weight, other.weight)


def test_the_global_random_state_is_left_alone():
    before = torch.get_rng_state()
    made(lambda: nn.Sequential(nn.Linear(3, 4), nn.Conv2d(1, 2, 3)))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_layer_without_bias_is_fine():
    assert made(lambda: nn.Linear(3, 4, bias=False)).bias is None


@pytest.mark.parametrize("build", [nn.PReLU, lambda: nn.Sequential(nn.GRUCell(2, 3))])
def test_a_layer_without_a_rule_is_refused(build):
    with pytest.raises(TypeError, match="no initialiser for"):
        made(build)


def test_a_nested_network_has_no_weight_left_unset():
    net = made(lambda: nn.Sequential(nn.Sequential(nn.Linear(64, 64)), nn.ReLU(), nn.ConvTranspose2d(8, 8, 4)))
    assert all(torch.isfinite(weights).all() for weights in net.parameters())
    assert all(weights.device.type == "cpu" for weights in net.parameters())


@pytest.mark.parametrize(("name", "variance"), [("xavier", 2 / 500), ("he", 2 / 300), ("orthogonal", 1 / 300)])
def test_initialisers_have_the_papers_variance_times_the_gain_squared(name, variance):
    weight = made(lambda: nn.Linear(300, 200), INITIALISERS[name](gain=1.5)).weight
    assert_close(weight.var().item(), 1.5**2 * variance, rtol=0.05, atol=0)


def test_orthogonal_rows_are_orthogonal():
    weight = made(lambda: nn.Conv2d(4, 6, 3), orthogonal(gain=2.0)).weight.flatten(1)
    assert_close(weight @ weight.T, 4 * torch.eye(6), rtol=0, atol=1e-5)
