import pytest
import torch

from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.last_layer import find_last_layer
from aegan.probes.snapshot import group_by_layer
from aegan.registry import build


def test_the_last_layer_of_a_chain():
    net = build(GENERATORS, {"name": "dense", "width": 8, "depth": 1}, 4, (1, 2, 2), "sigmoid")
    name, parameters = find_last_layer(net)
    assert name == "dense2"
    assert [id(own) for own in parameters] == [id(net.dense2.weight), id(net.dense2.bias)]


@pytest.mark.parametrize(
    ("registry", "settings"),
    [
        *((GENERATORS, {"name": name}) for name in GENERATORS),
        (GENERATORS, {"name": "dense", "normalisation": "spectral"}),
        (GENERATORS, {"name": "dense", "normalisation": "batch"}),
        (DISCRIMINATORS, {"name": "conv", "normalisation": "spectral"}),
    ],
)
def test_it_is_the_last_layer_that_probes_name(registry, settings):
    inputs = (4, (1, 8, 8), None) if registry is GENERATORS else ((1, 8, 8), 1)
    net = build(registry, settings, *inputs)
    layers, parameters = group_by_layer(net), list(net.parameters())
    expected, positions = list(layers.items())[-1]
    name, own = find_last_layer(net)
    assert name == expected
    assert {id(one) for one in own} == {id(parameters[i]) for i in positions}
    assert all(isinstance(one, torch.nn.Parameter) for one in own)


def test_the_last_layer_of_a_part_has_its_name_in_the_whole():
    autoencoder = build(AUTOENCODERS, {"name": "dense", "width": 8, "depth": 1}, (1, 2, 2), 1)
    name, parameters = find_last_layer(autoencoder, "encoder")
    assert name == "encoder.dense2"
    assert [id(own) for own in parameters] == [id(own) for own in autoencoder.encoder.dense2.parameters()]
    assert find_last_layer(autoencoder).name == "decoder.dense2"
