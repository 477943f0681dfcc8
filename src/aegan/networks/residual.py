"""Residual networks without normalisation, modelled on R3GAN (Huang 2024, section 3.3 and figure 2)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from torch import Tensor, nn

from aegan.networks.activations import Activation, make_activation
from aegan.networks.conv import plan_resolutions
from aegan.networks.initialise import ZeroConv2d
from aegan.option_types import Layers, Width
from aegan.registry import with_options_of

#: channels per group of the grouped convolutions, as in ResNeXt (Xie 2017); other numbers use one group
GROUP = 16


class ResidualBlock(nn.Module):
    """x + f(x) with f = 1×1 → grouped 3×3 → 1×1 convolutions.

    The weights of the last convolution start at zero, so a new block is the identity.

    Args:
        maps: feature maps of the input and the output.
        expansion: factor by which the block has more feature maps inside.
    """

    def __init__(self, maps: int, expansion: int) -> None:
        super().__init__()
        wide = maps * expansion
        self.branch = nn.Sequential(
            OrderedDict(
                wide=nn.Conv2d(maps, wide, kernel_size=1),
                leaky_relu0=make_activation("leaky_relu"),
                grouped=nn.Conv2d(wide, wide, 3, padding=1, groups=wide // GROUP if wide % GROUP == 0 else 1),
                leaky_relu1=make_activation("leaky_relu"),
                narrow=ZeroConv2d(wide, maps, kernel_size=1),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, maps, H, W) to the same shape."""
        output: Tensor = x + self.branch(x)
        return output


@dataclass(frozen=True, kw_only=True)
class ResidualSize:
    """Size of a residual network: the options that its generator and its encoder share.

    Args:
        channels: feature maps at full resolution; each halving of the resolution doubles them.
        blocks: residual blocks per resolution.
        expansion: factor by which a block has more feature maps inside.
    """

    channels: Width = 32
    blocks: Layers = 1
    expansion: Width = 2

    def make_blocks(self, level: int, maps: int) -> dict[str, nn.Module]:
        """Make the blocks of the `level`-th resolution of the network, by name."""
        return {f"block{level}_{number}": ResidualBlock(maps, self.expansion) for number in range(self.blocks)}


@with_options_of(ResidualSize)
def residual_generator(size: ResidualSize, code: int, shape: tuple[int, ...], output: Activation | None) -> nn.Module:
    """Residual blocks and nearest-neighbour doubling, from codes (N, code) to images (N, *shape).

    Args:
        size: the options.
        code: numbers per code.
        shape: (C, H, W) of one image.
        output: activation of the output layer.

    Raises:
        InputError: `shape` is not that of an image.
    """
    colours, resolutions = plan_resolutions(shape)
    maps = size.channels * 2 ** (len(resolutions) - 1)
    height, width = resolutions[-1]
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        project=nn.Linear(code, maps * height * width), grid=nn.Unflatten(1, (maps, height, width))
    )
    layers |= size.make_blocks(0, maps)
    for number, resolution in enumerate(reversed(resolutions[:-1]), start=1):
        layers[f"up{number}"] = nn.Upsample(size=resolution)
        layers[f"narrow{number}"] = nn.Conv2d(maps, maps // 2, kernel_size=1)
        maps //= 2
        layers |= size.make_blocks(number, maps)
    layers["image"] = nn.Conv2d(maps, colours, kernel_size=3, padding=1)
    if output:
        layers[output] = make_activation(output)
    return nn.Sequential(layers)


@with_options_of(ResidualSize)
def residual_encoder(size: ResidualSize, shape: tuple[int, ...], outputs: int) -> nn.Module:
    """Residual blocks and averages over 2×2 pixels, from images (N, *shape) to (N, outputs).

    Args:
        size: the options.
        shape: (C, H, W) of one image.
        outputs: numbers per image in the output.

    Raises:
        InputError: `shape` is not that of an image.
    """
    colours, resolutions = plan_resolutions(shape)
    maps = size.channels
    layers: OrderedDict[str, nn.Module] = OrderedDict(conv0=nn.Conv2d(colours, maps, kernel_size=3, padding=1))
    layers |= size.make_blocks(0, maps)
    for number in range(1, len(resolutions)):
        layers[f"widen{number}"] = nn.Conv2d(maps, maps * 2, kernel_size=1)
        layers[f"down{number}"] = nn.AvgPool2d(2, ceil_mode=True)
        maps *= 2
        layers |= size.make_blocks(number, maps)
    layers["leaky_relu"] = make_activation("leaky_relu")
    layers["flatten"] = nn.Flatten()
    layers["dense"] = nn.Linear(maps * resolutions[-1][0] * resolutions[-1][1], outputs)
    return nn.Sequential(layers)
