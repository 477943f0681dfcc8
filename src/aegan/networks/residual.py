"""Residual networks without normalisation, in the manner of R3GAN (Huang 2024, section 3.3 and figure 2)."""

from __future__ import annotations

from collections import OrderedDict

from pydantic import PositiveInt
from torch import Tensor, nn

from aegan.networks.activations import Activation, activation_layer
from aegan.networks.conv import image_shape, pyramid
from aegan.networks.initialise import QuietConv2d

#: channels per group of the grouped convolutions, as in ResNeXt (Xie 2017), where the maps can be divided so
GROUP = 16


class Residual(nn.Module):
    """x + f(x), with f = 1×1 → grouped 3×3 → 1×1 convolutions; the last starts at zero, so that a block starts as x."""

    def __init__(self, maps: int, expansion: int) -> None:
        super().__init__()
        wide = maps * expansion
        self.branch = nn.Sequential(
            OrderedDict(
                wide=nn.Conv2d(maps, wide, kernel_size=1),
                leaky_relu0=activation_layer("leaky_relu"),
                grouped=nn.Conv2d(wide, wide, 3, padding=1, groups=wide // GROUP if wide % GROUP == 0 else 1),
                leaky_relu1=activation_layer("leaky_relu"),
                narrow=QuietConv2d(wide, maps, kernel_size=1),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, maps, H, W) of the same shape."""
        outcome: Tensor = x + self.branch(x)
        return outcome


def residual_generator(
    code: int,
    shape: tuple[int, ...],
    output: Activation | None,
    *,
    channels: PositiveInt = 32,
    blocks: PositiveInt = 1,
    expansion: PositiveInt = 2,
) -> nn.Module:
    """Map codes (N, code) to images (N, *shape) by residual blocks and nearest-neighbour doubling.

    Args:
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        blocks: residual blocks per resolution.
        expansion: by which a block is wider inside.

    Raises:
        InputError: `shape` is not that of images.
    """
    colours, height, width = image_shape(shape)
    sizes = pyramid(height, width)
    maps = channels * 2 ** (len(sizes) - 1)
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        project=nn.Linear(code, maps * sizes[-1][0] * sizes[-1][1]), grid=nn.Unflatten(1, (maps, *sizes[-1]))
    )
    layers |= _blocks(0, maps, blocks, expansion)
    for number, size in enumerate(reversed(sizes[:-1]), start=1):
        layers[f"up{number}"] = nn.Upsample(size=size)
        layers[f"narrow{number}"] = nn.Conv2d(maps, maps // 2, kernel_size=1)
        maps //= 2
        layers |= _blocks(number, maps, blocks, expansion)
    layers["image"] = nn.Conv2d(maps, colours, kernel_size=3, padding=1)
    if output:
        layers[output] = activation_layer(output)
    return nn.Sequential(layers)


def residual_encoder(
    shape: tuple[int, ...],
    outputs: int,
    *,
    channels: PositiveInt = 32,
    blocks: PositiveInt = 1,
    expansion: PositiveInt = 2,
) -> nn.Module:
    """Map images (N, *shape) to (N, outputs) by residual blocks and averages of 2×2 pixels.

    Args:
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        blocks: residual blocks per resolution.
        expansion: by which a block is wider inside.

    Raises:
        InputError: `shape` is not that of images.
    """
    colours, height, width = image_shape(shape)
    sizes = pyramid(height, width)
    layers: OrderedDict[str, nn.Module] = OrderedDict(conv0=nn.Conv2d(colours, channels, kernel_size=3, padding=1))
    layers |= _blocks(0, channels, blocks, expansion)
    for number in range(1, len(sizes)):
        layers[f"widen{number}"] = nn.Conv2d(channels, channels * 2, kernel_size=1)
        layers[f"down{number}"] = nn.AvgPool2d(2, ceil_mode=True)
        channels *= 2
        layers |= _blocks(number, channels, blocks, expansion)
    layers["leaky_relu"] = activation_layer("leaky_relu")
    layers["flatten"] = nn.Flatten()
    layers["dense"] = nn.Linear(channels * sizes[-1][0] * sizes[-1][1], outputs)
    return nn.Sequential(layers)


def _blocks(level: int, maps: int, count: int, expansion: int) -> dict[str, nn.Module]:
    return {f"block{level}_{number}": Residual(maps, expansion) for number in range(count)}
