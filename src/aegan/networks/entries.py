"""Registry entries of networks: a function that builds a network, and the facts that other packages need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torch import nn

from aegan.registry import Entry

M = TypeVar("M", bound=nn.Module)


class NetworkEntry(Entry[M]):
    """A network and the kind of data it accepts.

    Args:
        function: builds the network.
        needs_images: whether it accepts images (C, H, W) only, as convolutions do, and not points or codes (D,).
    """

    def __init__(self, function: Callable[..., M], *, needs_images: bool = False) -> None:
        super().__init__(function)
        self.needs_images = needs_images


class AutoencoderEntry(NetworkEntry[M]):
    """An autoencoder, the kind of data it accepts and the range of its codes.

    Args:
        function: builds the autoencoder.
        needs_images: as for `NetworkEntry`.
        signed_codes: whether the encoder's outputs take either sign, as a Gaussian prior and log-variances require.
    """

    def __init__(self, function: Callable[..., M], *, needs_images: bool = False, signed_codes: bool = True) -> None:
        super().__init__(function, needs_images=needs_images)
        self.signed_codes = signed_codes
