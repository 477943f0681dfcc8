from typing import get_args

import pytest
import torch
from torch.testing import assert_close

from aegan.networks.activations import ACTIVATIONS, Activation, choose_output_activation, make_activation

VALUES = torch.tensor([-2.0, -0.5, 0.0, 3.0])
EXPECTED = {
    "relu": VALUES.clamp(min=0),
    "leaky_relu": torch.tensor([-0.4, -0.1, 0.0, 3.0]),
    "sigmoid": 1 / (1 + (-VALUES).exp()),
    "tanh": (VALUES.exp() - (-VALUES).exp()) / (VALUES.exp() + (-VALUES).exp()),
}


@pytest.mark.parametrize("name", get_args(Activation))
def test_activations_by_hand(name):
    layer = make_activation(name)
    assert_close(layer(VALUES), EXPECTED[name])
    assert isinstance(layer, ACTIVATIONS)


def test_layers_are_not_shared():
    assert make_activation("relu") is not make_activation("relu")


def test_images_are_bounded_and_points_are_not():
    assert choose_output_activation((3, 8, 8)) == "sigmoid"
    assert choose_output_activation((2,)) is None
