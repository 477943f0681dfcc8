"""Captured activations: which layers, and only within the block."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

from aegan.errors import InputError
from aegan.probes.activations import capture_activations


def test_capturing_ends_with_its_block():
    net = nn.Sequential(OrderedDict(relu=nn.ReLU()))
    with capture_activations(net) as activations:
        net(torch.ones(1, 1))
    net(torch.ones(1, 1))
    assert len(activations["relu"]) == 1
    assert not net.relu._forward_hooks


def test_outputs_of_activation_layers_are_kept_by_name_call_by_call():
    net = nn.Sequential(OrderedDict(linear=nn.Linear(2, 2), relu=nn.ReLU(), leaky=nn.LeakyReLU(), tanh=nn.Tanh()))
    inputs = torch.tensor([[1.0, -2.0]])
    with capture_activations(net) as activations:
        first, second = net(inputs), net(2 * inputs)
    assert set(activations) == {"relu", "tanh"}
    torch.testing.assert_close(activations["tanh"], [first, second])
    assert not activations["tanh"][0].requires_grad


def test_outputs_are_those_before_a_layer_that_works_in_place():
    net = nn.Sequential(OrderedDict(tanh=nn.Tanh(), relu=nn.ReLU(inplace=True)))
    with torch.no_grad(), capture_activations(net) as activations:
        net(torch.tensor([[-1.0, 1.0]]))
    torch.testing.assert_close(activations["tanh"], [torch.tensor([[-1.0, 1.0]]).tanh()])


def test_hooks_go_after_an_error_and_functions_are_refused():
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    with pytest.raises(RuntimeError), capture_activations(net):
        net(torch.ones(1, 3))
    assert not net[1]._forward_hooks
    with pytest.raises(InputError, match="module: is a function"), capture_activations(lambda x: x):
        pass
