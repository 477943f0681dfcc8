"""Convolutional networks for images of any size, which is halved up to four times while both sides stay at least 4."""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from aegan.errors import InputError
from aegan.networks.activations import Activation, make_activation
from aegan.networks.normalisation import Normalisation, make_normaliser_layers, normalise_weight
from aegan.option_types import Width


def plan_resolutions(shape: tuple[int, ...]) -> tuple[int, list[tuple[int, int]]]:
    """Return the number of channels of images and their resolutions in a convolutional network.

    Args:
        shape: (C, H, W) of one image.

    Returns:
        C, and [(H, W), …] as `list_resolutions` gives them.

    Raises:
        InputError: the shape is not that of an image.
    """
    if len(shape) != 3:
        wrong = f"data of shape {shape} have no rows and columns for a convolution to slide over"
        raise InputError("conv", wrong, "Use dense for points")
    channels, height, width = shape
    return channels, list_resolutions(height, width)


def list_resolutions(height: int, width: int) -> list[tuple[int, int]]:
    """List the resolutions (height, width) from the image down to the smallest grid; halving rounds up.

    >>> list_resolutions(28, 28)
    [(28, 28), (14, 14), (7, 7)]
    """
    sizes = [(height, width)]
    while min(sizes[-1]) >= 8 and len(sizes) < 5:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes


class Crop(nn.Module):
    """Crop (N, C, H, W) to a height and a width, because doubling gives one row or column too many for odd sides."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the top left part, (N, C, height, width), of (N, C, H, W)."""
        return x[..., : self.height, : self.width]


def conv_generator(
    code: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    channels: Width = 32,
    activation: Activation = "relu",
    normalisation: Normalisation | None = None,
) -> nn.Module:
    """Transposed convolutions from codes (N, code) to images (N, *shape), as in DCGAN (Radford 2016, figure 1).

    Args:
        code: numbers per code.
        shape: (C, H, W) of one image.
        output: activation of the output layer.
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        activation: activation of the hidden layers.
        normalisation: normalisation of the hidden layers (batch in DCGAN), or of all weights (spectral).

    Raises:
        InputError: `shape` is not that of an image.
    """
    colours, sizes = plan_resolutions(shape)
    maps = channels * 2 ** (len(sizes) - 1)
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        project=normalise_weight(nn.Linear(code, maps * sizes[-1][0] * sizes[-1][1]), normalisation),
        grid=nn.Unflatten(1, (maps, *sizes[-1])),
    )
    layers |= make_normaliser_layers(f"{normalisation}0", normalisation, maps, 2)
    layers[f"{activation}0"] = make_activation(activation)
    for number, (rows, columns) in enumerate(reversed(sizes[:-1]), start=1):
        up = nn.ConvTranspose2d(maps, maps // 2, kernel_size=4, stride=2, padding=1)
        layers[f"up{number}"] = normalise_weight(up, normalisation)
        layers[f"crop{number}"] = Crop(rows, columns)
        layers |= make_normaliser_layers(f"{normalisation}{number}", normalisation, maps // 2, 2)
        layers[f"{activation}{number}"] = make_activation(activation)
        maps //= 2
    layers["image"] = normalise_weight(nn.Conv2d(maps, colours, kernel_size=3, padding=1), normalisation)
    if output:
        layers[output] = make_activation(output)
    return nn.Sequential(layers)


def conv_encoder(
    shape: tuple[int, ...],
    outputs: int,
    *,
    channels: Width = 32,
    activation: Activation = "leaky_relu",
    normalisation: Normalisation | None = None,
) -> nn.Module:
    """Strided convolutions from images (N, *shape) to (N, outputs); a discriminator has a single output.

    Args:
        shape: (C, H, W) of one image.
        outputs: numbers per image in the output.
        channels: feature maps of the first convolution; each halving of the resolution doubles them.
        activation: activation of the hidden layers.
        normalisation: normalisation of all hidden layers except the first, which sees the data (as in DCGAN), or of
            all weights (spectral).

    Raises:
        InputError: `shape` is not that of an image.
    """
    colours, sizes = plan_resolutions(shape)
    first = nn.Conv2d(colours, channels, kernel_size=3, padding=1)
    layers: OrderedDict[str, nn.Module] = OrderedDict(conv0=normalise_weight(first, normalisation))
    layers[f"{activation}0"] = make_activation(activation)
    for number in range(1, len(sizes)):
        # a kernel of 3 turns a side of h into ceil(h / 2), as `list_resolutions` does, for odd sides too
        down = nn.Conv2d(channels, channels * 2, kernel_size=3, stride=2, padding=1)
        layers[f"down{number}"] = normalise_weight(down, normalisation)
        layers |= make_normaliser_layers(f"{normalisation}{number}", normalisation, channels * 2, 2)
        layers[f"{activation}{number}"] = make_activation(activation)
        channels *= 2
    layers["flatten"] = nn.Flatten()
    layers["dense"] = normalise_weight(nn.Linear(channels * sizes[-1][0] * sizes[-1][1], outputs), normalisation)
    return nn.Sequential(layers)
