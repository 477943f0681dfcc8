"""Tallies of flat activations against those that probes measure on copies."""

import pickle

import pytest
import torch
from torch import nn

from aegan.probes.activations import capture_activations
from aegan.probes.quantities import saturation
from aegan.probes.snapshot import ProbeSnapshot
from aegan.watching.activation_hooks import add_activation_hooks
from aegan.watching.networks import WatchedNetwork


@pytest.fixture
def net():
    torch.manual_seed(0)
    layers = [nn.Linear(3, 6), nn.ReLU(True), nn.Linear(6, 6), nn.Tanh(), nn.LeakyReLU(), nn.Linear(6, 2), nn.Sigmoid()]
    return nn.Sequential(*layers)


def hook(net, tallies, compiled=False):
    return add_activation_hooks(WatchedNetwork("net", net, (), compiled), lambda _network: tallies)


def share(tally):
    return tally.count().sum().double() / tally.size


def test_tallies_are_those_of_the_probe(net):
    tallies, inputs = {}, 5 * torch.randn(2, 9, 3)
    hook(net, tallies)
    with capture_activations(net) as activations:
        for batch in inputs:
            net(batch)
    expected = saturation(ProbeSnapshot(net, (), (), (), activations))
    assert {(name, "saturation") for name in tallies} == set(expected)
    for name, tally in tallies.items():
        torch.testing.assert_close(share(tally), expected[name, "saturation"])
    assert 0 < share(tallies["3"]) < 1


def test_a_layer_in_two_places_counts_the_units_of_both():
    relu, tallies = nn.ReLU(), {}
    hook(nn.Sequential(relu), tallies)
    relu(torch.tensor([[1.0, -1.0], [-1.0, -1.0]]))
    relu(torch.tensor([[-1.0, -1.0, -1.0]]))
    assert share(tallies["0"]).item() == pytest.approx(4 / 5)


def test_only_passes_of_training_count(net):
    tallies = {}
    hook(net, tallies)
    with torch.no_grad():
        net(torch.ones(2, 3))
    net.eval()
    net(torch.ones(2, 3))
    assert tallies == {}
    net.train()
    net(torch.ones(2, 3))
    assert set(tallies) == {"1", "3", "6"}


def test_passes_within_a_functorch_transform_do_not_count(net):
    """Of per-sample gradients, whose tensors do not outlive the transform."""
    tallies, state = {}, dict(net.named_parameters())
    hook(net, tallies)
    compute = torch.func.grad(lambda state, row: torch.func.functional_call(net, state, (row[None],)).sum())
    torch.func.vmap(compute, (None, 0))(state, torch.ones(4, 3))
    compute(state, torch.ones(3))
    assert tallies == {}
    net(torch.ones(2, 3))
    assert set(tallies) == {"1", "3", "6"}


def test_compiled_networks_have_no_hooks_and_pickles_idle_ones(net):
    assert hook(net, {}, compiled=True) == []
    hook(net, tallies := {})
    assert pickle.loads(pickle.dumps(net))(torch.ones(2, 3)).shape == (2, 2)
    assert tallies == {}


def test_hooks_do_nothing_where_no_look_waits(net):
    hook(net, None)
    assert net(torch.ones(2, 3)).shape == (2, 2)
