from typing import get_args

import pytest
import torch
from torch import nn
from torch.nn.functional import batch_norm, instance_norm, layer_norm
from torch.testing import assert_close

from aegan.networks.conv import conv_encoder, conv_generator
from aegan.networks.dense import dense_encoder, dense_generator
from aegan.networks.initialise import initialise_module
from aegan.networks.normalisation import NORMALISERS, FlatNormalisation, Normalisation, make_normaliser

DATA = torch.randn(5, 4, 3, 3, generator=torch.Generator().manual_seed(0)) * 3 + 2


def made(build, fill=None, seed=0):
    return initialise_module(build, torch.Generator().manual_seed(seed), fill)


def test_the_names_of_the_config_are_those_that_are_described():
    assert set(get_args(Normalisation)) == set(NORMALISERS) == {*get_args(FlatNormalisation), "instance"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("batch", lambda x: batch_norm(x, None, None, training=True)),
        ("layer", lambda x: layer_norm(x, x.shape[1:])),
        ("instance", instance_norm),
    ],
)
def test_normalisers_are_the_papers(name, expected):
    layer = made(lambda: make_normaliser(name, 4, 2))
    assert_close(layer(DATA), expected(DATA))


@pytest.mark.parametrize(
    ("network", "name"),
    [
        *((build, name) for build in (dense_generator, dense_encoder) for name in get_args(FlatNormalisation)),
        *((build, name) for build in (conv_generator, conv_encoder) for name in get_args(Normalisation)),
    ],
)
def test_which_layers_are_normalised(network, name):
    maker = network in {dense_generator, conv_generator}
    given = (3, (1, 8, 8), "sigmoid") if maker else ((1, 8, 8), 1)
    size = {"width": 8} if network in {dense_generator, dense_encoder} else {"channels": 4}
    net = made(lambda: network(*given, **size, normalisation=name))
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d)
    weighted = [layer for layer in net if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))]
    normalised = [layer for layer in net if isinstance(layer, kinds)]
    if name == "spectral":
        assert not normalised
        assert all(hasattr(layer, "parametrizations") for layer in weighted)
    else:  # all but the last layer, and in a network that sees the data but the first
        assert len(normalised) == len(weighted) - (1 if maker else 2)
        assert type(net[-2 if maker else -1]) not in kinds


@pytest.mark.parametrize("layer", [nn.Linear(30, 20), nn.Conv2d(6, 8, 3), nn.ConvTranspose2d(8, 6, 4)])
def test_a_spectrally_normalised_weight_has_norm_one_from_the_start(layer):
    net = made(lambda: nn.utils.parametrizations.spectral_norm(type(layer)(*shape(layer))))
    for _ in range(500):
        net.weight  # noqa: B018 - in training mode, each look is a step of the power iteration
    dimension = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
    matrix = net.weight.transpose(0, dimension).flatten(1)
    assert_close(torch.linalg.matrix_norm(matrix, ord=2).item(), 1.0, rtol=1e-3, atol=0)
    first = made(lambda: nn.utils.parametrizations.spectral_norm(type(layer)(*shape(layer)))).weight
    assert_close(
        torch.linalg.matrix_norm(first.transpose(0, dimension).flatten(1), ord=2).item(), 1.0, rtol=0.1, atol=0
    )


def shape(layer):
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    return layer.in_channels, layer.out_channels, layer.kernel_size[0]


def test_spectral_norm_agrees_with_torchs_older_implementation():
    torch.manual_seed(0)
    ours = made(lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(7, 5)))
    theirs = nn.utils.spectral_norm(nn.Linear(7, 5))
    with torch.no_grad():
        theirs.weight_orig.copy_(ours.parametrizations.weight.original)
        theirs.bias.copy_(ours.bias)
    data = torch.randn(3, 7)
    for _ in range(200):
        ours(data), theirs(data)
    assert_close(ours(data), theirs(data), rtol=1e-4, atol=1e-5)


def test_equal_generators_give_equal_spectral_networks_and_the_global_state_is_left_alone():
    before = torch.get_rng_state()
    first, same, other = (
        made(lambda: dense_encoder((2,), 1, width=8, normalisation="spectral"), seed=seed).state_dict()
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[key], same[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)
    assert torch.equal(torch.get_rng_state(), before)
