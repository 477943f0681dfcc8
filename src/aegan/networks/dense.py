"""Fully connected networks for data of any shape."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from torch import nn

from aegan.networks.activations import Activation, make_activation
from aegan.networks.normalisation import FlatNormalisation, make_normaliser_layers, normalise_weight
from aegan.option_types import Depth, Width
from aegan.registry import with_options_of


@dataclass(frozen=True, kw_only=True)
class DenseSize:
    """Hidden layers of a fully connected network: the options that its generator and its encoder share.

    Args:
        width: units per hidden layer.
        depth: number of hidden layers.
        activation: activation of the hidden layers.
    """

    width: Width = 128
    depth: Depth = 2
    activation: Activation = "leaky_relu"

    def list_sizes(self, inputs: int, outputs: int) -> list[int]:
        """List the number of inputs, the units of each hidden layer and the number of outputs."""
        return [inputs, *[self.width] * self.depth, outputs]


def stack_dense_layers(
    sizes: Sequence[int],
    hidden: Activation,
    output: Activation | None,
    normalisation: FlatNormalisation | None = None,
    first: int = 1,
) -> OrderedDict[str, nn.Module]:
    """Stack linear layers named dense1, dense2, …, each followed by its normaliser and its activation.

    Args:
        sizes: number of inputs, units of each hidden layer, number of outputs.
        hidden: activation of the hidden layers.
        output: activation of the last layer.
        normalisation: normalisation of the hidden layers; spectral normalisation applies to all layers.
        first: first hidden layer, counted from 1, whose outputs are normalised.

    Returns:
        The layers, from (N, sizes[0]) to (N, sizes[-1]), by name.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        layers[f"dense{number}"] = normalise_weight(nn.Linear(inputs, outputs), normalisation)
        if first <= number < len(sizes) - 1:
            layers |= make_normaliser_layers(f"{normalisation}{number}", normalisation, outputs, 1)
        activation = hidden if number < len(sizes) - 1 else output
        if activation:
            layers[f"{activation}{number}"] = make_activation(activation)
    return layers


@with_options_of(DenseSize)
def dense_generator(
    size: DenseSize,
    code: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    normalisation: FlatNormalisation | None = None,
) -> nn.Module:
    """Fully connected network from codes (N, code) to data (N, *shape).

    Args:
        size: the hidden layers.
        code: numbers per code.
        shape: shape of one sample: (C, H, W) of images, (D,) of points.
        output: activation of the output layer.
        normalisation: normalisation of the hidden layers, or of all weights (spectral).
    """
    layers = stack_dense_layers(size.list_sizes(code, prod(shape)), size.activation, output, normalisation)
    return nn.Sequential(OrderedDict(layers, shape=nn.Unflatten(1, shape)))


@with_options_of(DenseSize)
def dense_encoder(
    size: DenseSize, shape: tuple[int, ...], outputs: int, *, normalisation: FlatNormalisation | None = None
) -> nn.Module:
    """Fully connected network from data (N, *shape) to (N, outputs); a discriminator has a single output.

    Args:
        size: the hidden layers.
        shape: shape of one sample: (C, H, W) of images, (D,) of points.
        outputs: numbers per sample in the output.
        normalisation: normalisation of all hidden layers except the first, which sees the data (as in DCGAN), or of
            all weights (spectral).
    """
    sizes = size.list_sizes(prod(shape), outputs)
    layers = stack_dense_layers(sizes, size.activation, None, normalisation, first=2)
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), **layers))
