from itertools import pairwise

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from aegan.errors import InputError
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.conv import pyramid
from aegan.networks.features import FEATURES, classifier, feature_net

CODE = 3
SMALL = {"dense": {"width": 4, "depth": 2}, "conv": {"channels": 2}, "residual": {"channels": 2}, "article": {}}


def every_shape(test):
    """Run a test on the shapes that have bitten before, and on drawn ones."""
    for shape in [(1, 1, 1), (1, 7, 5), (1, 8, 8), (1, 28, 28), (3, 33, 17), (3, 64, 64), (2, 1, 40), (1, 15, 16)]:
        test = example(shape)(test)
    drawn = st.tuples(st.integers(1, 4), st.integers(1, 40), st.integers(1, 40))
    return settings(max_examples=15, deadline=None)(given(drawn)(test))


def runs(net, inputs, shape):
    with torch.no_grad():
        outputs = net(torch.rand(2, *inputs))
    assert outputs.shape == (2, *shape)
    return outputs


@pytest.mark.parametrize("name", GENERATORS)
@every_shape
def test_generators_map_codes_to_images_of_any_size(name, shape):
    images = runs(GENERATORS[name](CODE, shape, "sigmoid", **SMALL[name]), (CODE,), shape)
    assert (images > 0).all()
    assert (images < 1).all()


@pytest.mark.parametrize("name", DISCRIMINATORS)
@every_shape
def test_discriminators_judge_images_of_any_size(name, shape):
    runs(DISCRIMINATORS[name](shape, 1, **SMALL[name]), shape, (1,))


@pytest.mark.parametrize("name", AUTOENCODERS)
@every_shape
def test_autoencoders_encode_and_reconstruct_images_of_any_size(name, shape):
    autoencoder = AUTOENCODERS[name](shape, 2, code=CODE, **SMALL[name])
    runs(autoencoder, shape, shape)
    runs(autoencoder.encoder, shape, (2 * CODE,))
    runs(autoencoder.encode, shape, (CODE,))


def test_dense_networks_play_on_codes_too():
    runs(GENERATORS["dense"](CODE, (5,), None, width=4, depth=1), (CODE,), (5,))
    runs(DISCRIMINATORS["dense"]((5,), 1, width=4, depth=0), (5,), (1,))


@pytest.mark.parametrize(
    ("side", "sizes"),
    [(1, [1]), (7, [7]), (8, [8, 4]), (28, [28, 14, 7]), (33, [33, 17, 9, 5]), (64, [64, 32, 16, 8, 4])],
)
def test_pyramids_by_hand(side, sizes):
    assert pyramid(side, side) == [(size, size) for size in sizes]


@given(st.integers(1, 600), st.integers(1, 600))
def test_pyramids_halve_upwards_and_stop(height, width):
    sizes = pyramid(height, width)
    assert sizes[0] == (height, width)
    assert len(sizes) <= 5
    assert all(h == -(-above // 2) for (above, _), (h, _) in pairwise(sizes))
    assert min(sizes[-1]) >= min(4, height, width)


def test_a_generator_without_output_activation_ends_in_its_linear_layer():
    for name in GENERATORS:
        net = GENERATORS[name](CODE, (1, 8, 8), None, **SMALL[name])
        trained = [layer for layer in net if not isinstance(layer, nn.Unflatten)]
        assert isinstance(trained[-1], (nn.Linear, nn.Conv2d))


def test_feature_nets_end_in_features_and_classes():
    shape = (1, 8, 8)
    runs(feature_net(shape), shape, (FEATURES,))
    net = classifier(shape, 7)
    logits = runs(net, shape, (7,))
    images = torch.rand(2, *shape)
    with torch.no_grad():
        by_parts = net.classes(net.features(images).relu())
        torch.testing.assert_close(net(images), by_parts)
    assert torch.isfinite(logits).all()


def test_convolutions_refuse_points():
    for build in (lambda: GENERATORS["conv"](CODE, (2,), None), lambda: DISCRIMINATORS["conv"]((2,), 1)):
        with pytest.raises(InputError, match=r"data of shape \(2,\).*Use dense"):
            build()


@pytest.mark.parametrize("name", ["dense", "article"])
def test_autoencoders_of_points(name):
    autoencoder = AUTOENCODERS[name]((2,), 1, code=CODE, **SMALL[name])
    runs(autoencoder, (2,), (2,))
    bounded = isinstance(autoencoder.decoder[-2], nn.Sigmoid)
    assert bounded == (name == "article")  # whose activations are the config's; a dense decoder's points lie anywhere
