"""Normalisers by the names the config uses, between a hidden layer and its activation, or on a layer's weight."""

from __future__ import annotations

from typing import Literal

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

#: of networks without rows and columns
FlatNormalisation = Literal["batch", "layer", "spectral"]
#: of convolutional networks
Normalisation = Literal["batch", "layer", "instance", "spectral"]

NORMALISERS: dict[Normalisation, str] = {
    "batch": "Over the batch (BatchNorm, Ioffe & Szegedy 2015, algorithm 1).",
    "layer": "Over all maps, rows and columns of an image, or all units (Ba 2016, eq. 3).",
    "instance": "Over the rows and columns of each map of an image (Ulyanov 2016, eq. 4).",
    "spectral": "Of every weight, by its largest singular value (Miyato 2018, section 2.1; torch's implementation).",
}


def weighted(layer: nn.Module, normalisation: Normalisation | None) -> nn.Module:
    """Divide a layer's weight by its largest singular value, where that is the normalisation."""
    return spectral_norm(layer) if normalisation == "spectral" else layer


def normaliser(normalisation: Normalisation | None, size: int, dimensions: int) -> nn.Module | None:
    """Make the layer that normalises what a hidden layer gives; none where there is nothing to be done.

    Args:
        normalisation: which.
        size: units, or feature maps.
        dimensions: 1 for (N, size), 2 for (N, size, H, W).
    """
    if normalisation == "batch":
        return nn.BatchNorm1d(size) if dimensions == 1 else nn.BatchNorm2d(size)
    if normalisation == "layer":
        return nn.GroupNorm(1, size)
    if normalisation == "instance":
        return nn.InstanceNorm2d(size, affine=True)
    return None


def normalised(name: str, normalisation: Normalisation | None, size: int, dimensions: int) -> dict[str, nn.Module]:
    """Return the normaliser as an entry to add to the layers of a network, under a name; nothing without one."""
    layer = normaliser(normalisation, size, dimensions)
    return {name: layer} if layer else {}
