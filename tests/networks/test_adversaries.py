import pytest
import torch
from tests.networks.network_cases import CODE, check_forward, every_shape, small_options
from torch import nn

from aegan.errors import InputError
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.registry import build


def make_generator(name, shape, output):
    return build(GENERATORS, {"name": name} | small_options(name, GENERATORS[name]), CODE, shape, output)


def make_discriminator(name, shape):
    return DISCRIMINATORS[name](shape, 1, **small_options(name, DISCRIMINATORS[name]))


@pytest.mark.parametrize("name", GENERATORS)
@every_shape
def test_generators_map_codes_to_images_of_any_size(name, shape):
    images = check_forward(make_generator(name, shape, "sigmoid"), (CODE,), shape)
    assert (images > 0).all()
    assert (images < 1).all()


@pytest.mark.parametrize("name", DISCRIMINATORS)
@every_shape
def test_discriminators_map_images_of_any_size_to_logits(name, shape):
    check_forward(make_discriminator(name, shape), shape, (1,))


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_without_output_activation_ends_in_its_linear_layer(name):
    net = make_generator(name, (1, 8, 8), None)
    layers = [layer for layer in net.modules() if not isinstance(layer, (nn.Sequential, nn.Unflatten))]
    assert isinstance(layers[-1], (nn.Linear, nn.Conv2d))


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_makes_points_or_says_that_it_needs_images(name):
    if GENERATORS[name].needs_images:
        with pytest.raises(InputError, match=r"data of shape \(5,\).*Use dense"):
            make_generator(name, (5,), None)
    else:
        check_forward(make_generator(name, (5,), None), (CODE,), (5,))


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_a_discriminator_accepts_points_or_says_that_it_needs_images(name):
    if DISCRIMINATORS[name].needs_images:
        with pytest.raises(InputError, match=r"data of shape \(5,\).*Use dense"):
            make_discriminator(name, (5,))
    else:
        check_forward(make_discriminator(name, (5,)), (5,), (1,))


def check_every_weight_is_used(net, input_shape):
    """A layer that is built but not connected would stay untrained."""
    gradients = torch.autograd.grad(net(torch.rand(4, *input_shape)).sum(), list(net.parameters()), allow_unused=True)
    assert all(gradient is not None for gradient in gradients)


@pytest.mark.parametrize("name", GENERATORS)
def test_every_weight_of_a_generator_is_used(name):
    check_every_weight_is_used(make_generator(name, (1, 8, 8), "sigmoid"), (CODE,))


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_every_weight_of_a_discriminator_is_used(name):
    check_every_weight_is_used(make_discriminator(name, (1, 8, 8)), (1, 8, 8))


def test_a_composite_generator_is_one_of_codes_and_one_of_data_by_hand():
    settings = {"code": 5, "codes": {"name": "dense", "width": 7, "depth": 1}, "decoder": {"name": "dense", "depth": 0}}
    net = build(GENERATORS, {"name": "composite"} | settings, CODE, (1, 2, 2), "sigmoid")
    assert [tuple(weight.shape) for weight in net.parameters()] == [(7, 3), (7,), (5, 7), (5,), (4, 5), (4,)]
    noise = torch.rand(2, CODE)
    torch.testing.assert_close(net(noise), net.decoder(net.codes(noise)))
    assert isinstance(net.codes[-2], nn.Linear)  # codes take either sign


def test_a_composite_generator_of_points_refuses_a_convolutional_decoder():
    with pytest.raises(InputError, match=r"data of shape \(5,\).*Use dense"):
        build(GENERATORS, {"name": "composite", "decoder": "conv"}, CODE, (5,), None)
