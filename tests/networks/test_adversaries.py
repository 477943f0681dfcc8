import pytest
import torch
from tests.networks.network_cases import CODE, check_forward, every_shape, small_options
from torch import nn

from aegan.errors import InputError
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS


def make_generator(name, shape, output):
    return GENERATORS[name](CODE, shape, output, **small_options(name, GENERATORS[name]))


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
    trained = [layer for layer in net if not isinstance(layer, nn.Unflatten)]
    assert isinstance(trained[-1], (nn.Linear, nn.Conv2d))


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
