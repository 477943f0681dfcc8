"""Packing: a discriminator that judges several samples at once (PacGAN, Lin 2018, section 2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from torch import nn


def packed(make: Callable[[tuple[int, ...]], nn.Module], shape: tuple[int, ...], together: int) -> nn.Module:
    """Make a discriminator of packs: data (N, *shape), N a multiple of `together`, to logits (N / together, 1).

    The samples of a pack are laid side by side along their first axis, the channels of images; where there is a single
    one to a pack, the discriminator is the plain one.

    Args:
        make: shape -> discriminator; it is asked for the shape of a pack.
        shape: (C, H, W) of images, (D,) of points.
        together: samples per pack.
    """
    discriminator = make((together * shape[0], *shape[1:]))
    if together == 1:
        return discriminator
    pack = nn.Sequential(nn.Unflatten(0, (-1, together)), nn.Flatten(1, 2))
    return nn.Sequential(OrderedDict(pack=pack, packed=discriminator))
