import pytest
import torch
from tests.networks.network_cases import CODE, check_forward
from torch import nn
from torch.testing import assert_close

from aegan.networks.dense import dense_encoder, dense_generator, stack_dense_layers


def test_layers_are_numbered_and_followed_by_their_activations():
    layers = stack_dense_layers([3, 5, 4, 2], "relu", "sigmoid")
    assert list(layers) == ["dense1", "relu1", "dense2", "relu2", "dense3", "sigmoid3"]
    sizes = [(layer.in_features, layer.out_features) for layer in layers.values() if isinstance(layer, nn.Linear)]
    assert sizes == [(3, 5), (5, 4), (4, 2)]
    assert list(stack_dense_layers([3, 2], "relu", None)) == ["dense1"]


@pytest.mark.parametrize(("first", "normalised"), [(1, ["batch1", "batch2"]), (2, ["batch2"])])
def test_hidden_layers_are_normalised_from_the_first_one_on(first, normalised):
    layers = stack_dense_layers([3, 5, 4, 2], "relu", None, "batch", first)
    assert [name for name in layers if name.startswith("batch")] == normalised
    for name in normalised:  # between the linear layer and its activation
        position = list(layers).index(name)
        assert list(layers)[position - 1 : position + 2] == [f"dense{name[-1]}", name, f"relu{name[-1]}"]


def test_a_forward_pass_is_its_matrix_products():
    encoder = dense_encoder((1, 2, 3), 4, width=5, depth=1, activation="tanh")
    data = torch.rand(2, 1, 2, 3)
    hidden = torch.tanh(data.reshape(2, 6) @ encoder.dense1.weight.T + encoder.dense1.bias)
    assert_close(encoder(data), hidden @ encoder.dense2.weight.T + encoder.dense2.bias)
    generator = dense_generator(4, (1, 2, 3), "sigmoid", width=5, depth=0)
    codes = torch.rand(2, 4)
    pixels = torch.sigmoid(codes @ generator.dense1.weight.T + generator.dense1.bias)
    assert_close(generator(codes), pixels.reshape(2, 1, 2, 3))


def test_dense_networks_play_on_codes_too():
    check_forward(dense_generator(CODE, (5,), None, width=4, depth=1), (CODE,), (5,))
    check_forward(dense_encoder((5,), 1, width=4, depth=0), (5,), (1,))
