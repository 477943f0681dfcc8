"""Readings of one network against those of the probes on the same gradients and weights."""

import math

import pytest
import torch
from torch import nn

from aegan.probes.quantities import gradient, update
from aegan.probes.snapshot import ProbeSnapshot
from aegan.watching.activation_hooks import FlatTally
from aegan.watching.look import fetch
from aegan.watching.network_look import NetworkLook, tally_gradients, tally_moves
from aegan.watching.networks import WatchedNetwork


def look_at(net, optimiser, move):
    look = NetworkLook(WatchedNetwork("net", net, (optimiser,), compiled=False))
    with torch.no_grad():
        look.begin_move(optimiser)
        look.measure_gradients(optimiser)
        move()
        look.end_move(optimiser)
    assert look.complete
    return look.read(fetch(look.list_tensors()))


@pytest.mark.parametrize("size", [1.0, 1e-25], ids=["usual", "squares underflow in float32"])
def test_readings_are_those_of_the_probes(size):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
    (size * net(torch.randn(4, 3)).square().sum()).backward()
    net[0].weight.grad[0] = 0
    net[2].bias.grad[1] = torch.nan
    gradients = [own.grad.clone() for own in net.parameters()]
    before = [own.detach().clone() for own in net.parameters()]
    optimiser = torch.optim.Adam(net[0].parameters(), 0.1)
    optimiser.add_param_group({"params": list(net[2].parameters())})
    found = look_at(net, optimiser, optimiser.step)
    snapshot = ProbeSnapshot(net, (), [gradients], before, {})
    expected = gradient(snapshot) | update(snapshot)
    expected.pop(("(all)", "leaked_tensors"))
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value.item(), rel=1e-9, nan_ok=True), key


def test_tallies_of_sparse_and_complex_gradients():
    sparse = torch.sparse_coo_tensor([[1]], [3.0], (4,))
    tallies = tally_gradients(
        [sparse, torch.tensor([3 + 4j]), torch.tensor([torch.nan, 0.0, 1.0], dtype=torch.bfloat16)]
    )
    assert tallies[0, :2].tolist() == [3, 5]
    assert tallies[1].tolist() == [3, 0, 1]
    assert tallies[2].tolist() == [0, 0, 1]


def test_moves_of_complex_parameters():
    before = [torch.tensor([3 + 4j]), torch.tensor([2.0])]
    assert tally_moves(before, [torch.tensor([3 + 1j]), torch.tensor([1.0])]).tolist() == [[3, 1], [5, 2]]


def test_layers_that_no_gradient_reaches_read_zero_and_unused_ones_nothing():
    """An encoder behind a cut: its gradient is none at all; a head that is not called says nothing."""
    net = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 1))
    net[1](torch.ones(1, 1)).sum().backward()
    optimiser = torch.optim.SGD(net.parameters(), 0.1)
    found = look_at(net, optimiser, optimiser.step)
    norms = {layer: value for (layer, quantity), value in found.items() if quantity == "gradient_norm"}
    assert norms["0"] == 0 < norms["1"] == norms["(all)"]
    assert "2" not in norms
    assert found["0", "zero_fraction"] == 1
    assert found["2", "update_ratio"] == 0


def test_an_optimiser_that_holds_nothing_of_a_network_moves_it_by_zero():
    net = nn.Linear(1, 1)
    other = torch.optim.SGD([nn.Parameter(torch.ones(1))], 0.1)
    assert look_at(net, other, other.step) == {("(all)", "update_ratio"): 0.0}


def test_an_embedding_is_no_layer_of_the_depth():
    net = nn.ModuleDict({"names": nn.utils.parametrizations.spectral_norm(nn.Embedding(3, 1)), "head": nn.Linear(1, 1)})
    net["head"](net["names"](torch.tensor([1]))).sum().backward()
    optimiser = torch.optim.SGD(net.parameters(), 0.1)
    found = look_at(net, optimiser, optimiser.step)
    assert {key for key in found if "gradient_norm" in key[1]} == {
        ("names", "embedding_gradient_norm"), ("head", "gradient_norm"), ("(all)", "gradient_norm")
    }  # fmt: skip


def test_a_step_that_a_scaler_skips_is_not_read_whatever_the_number_of_optimisers():
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1))
    net(torch.ones(1, 1)).sum().backward()
    optimisers = tuple(torch.optim.SGD(net[place].parameters(), 0.1) for place in (0, 2))
    look = NetworkLook(WatchedNetwork("net", net, optimisers, compiled=False))
    look.flat["1"] = FlatTally(nn.ReLU)
    look.flat["1"].add(torch.tensor([[0.0, 1.0, 1.0, 1.0]]))
    for optimiser in optimisers:
        optimiser.found_inf = torch.ones(1)  # as `GradScaler` tells a fused optimiser
        look.begin_move(optimiser)
        look.measure_gradients(optimiser)
        look.end_move(optimiser)
    assert look.read(fetch(look.list_tensors())) == {("1", "saturation"): 0.25}


@pytest.mark.parametrize(("gradient", "expected"), [(0.0, math.nan), (1.0, math.inf), (math.nan, math.nan)])
def test_a_layer_of_zeros_is_divided_as_numbers_are(gradient, expected):
    net = nn.Linear(1, 1)
    for own in net.parameters():
        nn.init.zeros_(own)
        own.grad = torch.full_like(own, gradient)
    optimiser = torch.optim.SGD(net.parameters(), 0.1)
    assert look_at(net, optimiser, optimiser.step)["(all)", "update_ratio"] == pytest.approx(expected, nan_ok=True)


def test_an_empty_layer_has_no_share_of_zeros():
    net = nn.ModuleDict({"empty": nn.Linear(0, 3, bias=False), "head": nn.Linear(3, 1)})
    net["head"](net["empty"](torch.ones(2, 0))).sum().backward()
    optimiser = torch.optim.Adam(net.parameters(), 0.1)
    found = look_at(net, optimiser, optimiser.step)
    assert math.isnan(found["empty", "zero_fraction"])
    assert found["head", "nonfinite_fraction"] == 0
