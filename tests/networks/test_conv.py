from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from aegan.errors import InputError
from aegan.networks.conv import Crop, conv_encoder, conv_generator, list_resolutions, plan_resolutions


@pytest.mark.parametrize(
    ("side", "sizes"),
    [(1, [1]), (7, [7]), (8, [8, 4]), (28, [28, 14, 7]), (33, [33, 17, 9, 5]), (64, [64, 32, 16, 8, 4])],
)
def test_resolutions_by_hand(side, sizes):
    assert list_resolutions(side, side) == [(size, size) for size in sizes]


@given(st.integers(1, 600), st.integers(1, 600))
def test_resolutions_halve_upwards_and_stop(height, width):
    sizes = list_resolutions(height, width)
    assert sizes[0] == (height, width)
    assert len(sizes) <= 5
    assert all(h == -(-above // 2) for (above, _), (h, _) in pairwise(sizes))
    assert min(sizes[-1]) >= min(4, height, width)


def test_the_plan_of_an_image_is_its_channels_and_resolutions():
    assert plan_resolutions((3, 28, 28)) == (3, [(28, 28), (14, 14), (7, 7)])
    with pytest.raises(InputError, match=r"data of shape \(2,\) have no rows and columns"):
        plan_resolutions((2,))


def test_channels_double_with_each_halving():
    encoder = conv_encoder((1, 16, 16), 1, channels=4)
    assert [layer.out_channels for layer in encoder if isinstance(layer, nn.Conv2d)] == [4, 8, 16]
    generator = conv_generator(3, (1, 16, 16), None, channels=4)
    assert [layer.in_channels for layer in generator if isinstance(layer, nn.ConvTranspose2d)] == [16, 8]
    assert generator.image.in_channels == 4


def test_crop_keeps_the_top_left():
    images = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert Crop(2, 3)(images).tolist() == [[[[0, 1, 2], [4, 5, 6]]]]


def test_a_transposed_convolution_doubles_and_the_crop_fits_an_odd_side():
    generator = conv_generator(3, (1, 15, 9), None, channels=2)
    maps = generator.grid(generator.project(torch.rand(2, 3)))
    assert maps.shape == (2, 4, 8, 5)
    assert generator.up1(maps).shape == (2, 2, 16, 10)
    assert generator.crop1(generator.up1(maps)).shape == (2, 2, 15, 9)
