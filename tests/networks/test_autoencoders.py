import pytest
import torch
from tests.networks.network_cases import CODE, check_forward, every_shape, small_options
from torch import nn
from torch.testing import assert_close

from aegan.networks.autoencoders import AUTOENCODERS, SIGNED_AUTOENCODERS, Autoencoder, article, conv, dense
from aegan.networks.conv import conv_generator
from aegan.networks.dense import dense_generator
from aegan.networks.initialise import initialise_module

SHAPE = (1, 4, 5)
ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def rng():
    return torch.Generator().manual_seed(0)


def linears(net):
    return [layer for layer in net.modules() if isinstance(layer, nn.Linear)]


@pytest.mark.parametrize(("hidden", "output"), [("relu", "sigmoid"), ("sigmoid", "tanh")])
def test_the_articles_forward_pass_is_two_matrix_products(hidden, output):
    autoencoder = initialise_module(lambda: article(SHAPE, 1, code=6, hidden=hidden, output=output), rng())
    first, second = linears(autoencoder)
    with torch.no_grad():
        first.bias.uniform_(-1, 1, generator=rng())
        second.bias.uniform_(-1, 1, generator=rng())
    x = torch.rand(3, *SHAPE, generator=rng())
    codes = ACTIVATIONS[hidden](x.reshape(3, 20) @ first.weight.T + first.bias)
    pixels = ACTIVATIONS[output](codes @ second.weight.T + second.bias)
    assert_close(autoencoder.encode(x), codes)
    assert_close(autoencoder(x), pixels.reshape(3, *SHAPE))


def test_the_articles_default_is_dense_32_and_dense_784():
    autoencoder = article((1, 28, 28), 1)
    assert [(layer.in_features, layer.out_features) for layer in linears(autoencoder)] == [(784, 32), (32, 784)]
    assert sum(p.numel() for p in autoencoder.parameters()) == 784 * 32 + 32 + 32 * 784 + 784
    kinds = [type(layer) for layer in (*autoencoder.encoder, *autoencoder.decoder)]
    assert kinds == [nn.Flatten, nn.Linear, nn.ReLU, nn.Linear, nn.Sigmoid, nn.Unflatten]


@pytest.mark.parametrize(
    ("autoencoder", "generator"),
    [
        (dense(SHAPE, 1, code=6, width=7, depth=3), dense_generator(6, SHAPE, "sigmoid", width=7, depth=3)),
        (conv((1, 9, 8), 2, code=6, channels=2), conv_generator(6, (1, 9, 8), "sigmoid", channels=2)),
    ],
    ids=["dense", "conv"],
)
def test_decoders_are_the_generators_of_the_same_size(autoencoder, generator):
    def layers(net):
        return [(name, tuple(weights.shape)) for name, weights in net.state_dict().items()]

    assert layers(autoencoder.decoder) == layers(generator)
    assert repr(autoencoder.decoder) == repr(generator)


def test_the_code_is_the_first_head():
    x = torch.rand(3, 4)
    autoencoder = Autoencoder(nn.Identity(), nn.Identity(), code=2)
    assert_close(autoencoder.encode(x), x[:, :2])
    assert_close(autoencoder(x), x[:, :2])


def test_codes_go_through_the_bottleneck_before_they_are_decoded():
    x = torch.rand(3, 4)
    autoencoder = Autoencoder(nn.Identity(), nn.Sigmoid(), code=2)
    autoencoder.bottleneck = nn.Tanh()
    assert_close(autoencoder.encode(x), x[:, :2].tanh())
    assert_close(autoencoder(x), x[:, :2].tanh().sigmoid())


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_depth_counts_hidden_layers(depth):
    autoencoder = dense(SHAPE, 1, code=6, width=7, depth=depth)
    assert len(linears(autoencoder.encoder)) == len(linears(autoencoder.decoder)) == depth + 1


def make_small(name, shape, heads):
    return AUTOENCODERS[name](shape, heads, **small_options(name, AUTOENCODERS[name]) | {"code": CODE})


@pytest.mark.parametrize("name", AUTOENCODERS)
@every_shape
def test_autoencoders_encode_and_reconstruct_images_of_any_size(name, shape):
    autoencoder = make_small(name, shape, 2)
    check_forward(autoencoder, shape, shape)
    check_forward(autoencoder.encoder, shape, (2 * CODE,))
    check_forward(autoencoder.encode, shape, (CODE,))


@pytest.mark.parametrize("name", [name for name, entry in AUTOENCODERS.items() if not entry.needs_images])
def test_autoencoders_of_points(name):
    autoencoder = make_small(name, (2,), 1)
    check_forward(autoencoder, (2,), (2,))
    bounded = isinstance(autoencoder.decoder[-2], nn.Sigmoid)
    assert bounded == (name == "article")  # its activations are options; the points of other decoders are unbounded


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_only_encoders_that_say_so_give_codes_of_either_sign(name):
    autoencoder = initialise_module(lambda: make_small(name, (1, 8, 8), 1), rng())
    codes = autoencoder.encode(torch.rand(200, 1, 8, 8, generator=rng()))
    assert ((codes < 0).any() and (codes > 0).any()) == AUTOENCODERS[name].signed_codes
    assert (name in SIGNED_AUTOENCODERS) == AUTOENCODERS[name].signed_codes
