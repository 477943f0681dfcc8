"""Convolutional networks for images of any size: halve while both sides stay at least 4, at most four times."""

from __future__ import annotations

from collections import OrderedDict

from pydantic import PositiveInt
from torch import Tensor, nn

from aegan.errors import InputError
from aegan.networks.activations import Activation, activation_layer
from aegan.networks.normalisation import Normalisation, normalised, weighted


def image_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return (C, H, W), and refuse the shape of points.

    Raises:
        InputError: these are no images.
    """
    if len(shape) != 3:
        wrong = f"data of shape {shape} have no rows and columns for a convolution to slide over"
        raise InputError("conv", wrong, "Use dense for points")
    return shape[0], shape[1], shape[2]


def pyramid(height: int, width: int) -> list[tuple[int, int]]:
    """List the resolutions from the image down to the smallest grid; halving rounds up.

    >>> pyramid(28, 28)
    [(28, 28), (14, 14), (7, 7)]
    """
    sizes = [(height, width)]
    while min(sizes[-1]) >= 8 and len(sizes) < 5:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes


class Crop(nn.Module):
    """Cut (N, C, H, W) down to a height and a width: what doubling gave too much for an odd side."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the top left (N, C, height, width)."""
        return x[..., : self.height, : self.width]


def conv_generator(
    code: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    channels: PositiveInt = 32,
    activation: Activation = "relu",
    normalisation: Normalisation | None = None,
) -> nn.Module:
    """Map codes (N, code) to images (N, *shape) by transposed convolutions, as DCGAN does (Radford 2016, figure 1).

    Args:
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        activation: activation of the hidden layers.
        normalisation: of the hidden layers (DCGAN's is batch), or of all weights (spectral).

    Raises:
        InputError: `shape` is not that of images.
    """
    colours, height, width = image_shape(shape)
    sizes = pyramid(height, width)
    maps = channels * 2 ** (len(sizes) - 1)
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        project=weighted(nn.Linear(code, maps * sizes[-1][0] * sizes[-1][1]), normalisation),
        grid=nn.Unflatten(1, (maps, *sizes[-1])),
    )
    layers |= normalised(f"{normalisation}0", normalisation, maps, 2)
    layers[f"{activation}0"] = activation_layer(activation)
    for number, (rows, columns) in enumerate(reversed(sizes[:-1]), start=1):
        up = nn.ConvTranspose2d(maps, maps // 2, kernel_size=4, stride=2, padding=1)
        layers[f"up{number}"] = weighted(up, normalisation)
        layers[f"crop{number}"] = Crop(rows, columns)
        layers |= normalised(f"{normalisation}{number}", normalisation, maps // 2, 2)
        layers[f"{activation}{number}"] = activation_layer(activation)
        maps //= 2
    layers["image"] = weighted(nn.Conv2d(maps, colours, kernel_size=3, padding=1), normalisation)
    if output:
        layers[output] = activation_layer(output)
    return nn.Sequential(layers)


def conv_encoder(
    shape: tuple[int, ...],
    outputs: int,
    *,
    channels: PositiveInt = 32,
    activation: Activation = "leaky_relu",
    normalisation: Normalisation | None = None,
) -> nn.Module:
    """Map images (N, *shape) to (N, outputs) by strided convolutions; a discriminator is one with a single output.

    Args:
        channels: feature maps of the first convolution; each halving of the resolution doubles them.
        activation: activation of the hidden layers.
        normalisation: of the hidden layers but the first, which sees the data (as in DCGAN); or of all weights
            (spectral).

    Raises:
        InputError: `shape` is not that of images.
    """
    colours, height, width = image_shape(shape)
    sizes = pyramid(height, width)
    first = nn.Conv2d(colours, channels, kernel_size=3, padding=1)
    layers: OrderedDict[str, nn.Module] = OrderedDict(conv0=weighted(first, normalisation))
    layers[f"{activation}0"] = activation_layer(activation)
    for number in range(1, len(sizes)):
        # a kernel of 3 turns a side of h into ceil(h / 2), the sizes of the pyramid, for odd sides too
        down = nn.Conv2d(channels, channels * 2, kernel_size=3, stride=2, padding=1)
        layers[f"down{number}"] = weighted(down, normalisation)
        layers |= normalised(f"{normalisation}{number}", normalisation, channels * 2, 2)
        layers[f"{activation}{number}"] = activation_layer(activation)
        channels *= 2
    layers["flatten"] = nn.Flatten()
    layers["dense"] = weighted(nn.Linear(channels * sizes[-1][0] * sizes[-1][1], outputs), normalisation)
    return nn.Sequential(layers)
