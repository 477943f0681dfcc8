"""A discriminator of maxout layers."""

from __future__ import annotations

from collections import OrderedDict
from math import prod

from pydantic import PositiveInt
from torch import Tensor, nn


class Maxout(nn.Module):
    """The largest of several linear maps, unit by unit (Goodfellow 2013, section 3): (N, inputs) → (N, units).

    Args:
        inputs: numbers per sample.
        units: outputs per sample.
        pieces: linear maps per unit.
    """

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.linear, self.pieces = nn.Linear(inputs, units * pieces), pieces

    def forward(self, data: Tensor) -> Tensor:
        """Map data (N, inputs) to (N, units)."""
        largest: Tensor = self.linear(data).unflatten(1, (-1, self.pieces)).amax(2)
        return largest


def maxout_encoder(
    shape: tuple[int, ...], outputs: int, *, width: PositiveInt = 128, pieces: PositiveInt = 5
) -> nn.Module:
    """Maxout network from data (N, *shape) to (N, outputs), as the discriminator of Goodfellow 2014, section 5.

    Args:
        shape: shape of one sample: (C, H, W) of images, (D,) of points.
        outputs: numbers per sample in the output.
        width: units of the hidden layer.
        pieces: linear maps of which each unit is the largest.
    """
    layers = OrderedDict(flatten=nn.Flatten(), maxout=Maxout(prod(shape), width, pieces))
    return nn.Sequential(OrderedDict(layers, dense=nn.Linear(width, outputs)))
