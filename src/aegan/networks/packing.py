"""Packing: a discriminator that sees several samples at once (PacGAN, Lin 2018, section 2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from torch import nn


def make_packed_discriminator(
    make: Callable[[tuple[int, ...]], nn.Module], shape: tuple[int, ...], pack_size: int
) -> nn.Module:
    """Make a discriminator that gives one logit per pack of samples.

    The samples of a pack are concatenated along their first axis, which is the channels of images. With a pack size
    of 1 the discriminator is the ordinary one.

    Args:
        make: shape → discriminator; it is called with the shape of a pack.
        shape: shape of one sample: (C, H, W) of images, (D,) of points.
        pack_size: samples per pack.

    Returns:
        Module from data (N, *shape), with N a multiple of `pack_size`, to logits (N / pack_size, 1).
    """
    discriminator = make((pack_size * shape[0], *shape[1:]))
    if pack_size == 1:
        return discriminator
    pack = nn.Sequential(nn.Unflatten(0, (-1, pack_size)), nn.Flatten(1, 2))
    return nn.Sequential(OrderedDict(pack=pack, packed=discriminator))
