"""Normalisers by their names in the config: between a hidden layer and its activation, or on a layer's weight."""

from __future__ import annotations

from typing import Literal

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

#: normalisers of fully connected networks
FlatNormalisation = Literal["batch", "layer", "spectral"]
#: normalisers of convolutional networks
Normalisation = Literal["batch", "layer", "instance", "spectral"]

#: the one that normalises weights, and so regularises a discriminator
SPECTRAL: Normalisation = "spectral"

#: name → what it normalises, for `aegan methods`
NORMALISERS: dict[Normalisation, str] = {
    "batch": "Normalise each unit or feature map over the batch (BatchNorm, Ioffe & Szegedy 2015, algorithm 1).",
    "layer": "Normalise over all maps, rows and columns of an image, or over all units (Ba 2016, eq. 3).",
    "instance": "Normalise over the rows and columns of each map of an image (Ulyanov 2016, eq. 4).",
    "spectral": "Divide each weight by its largest singular value (Miyato 2018, section 2.1; torch's implementation).",
}


def normalise_weight(layer: nn.Module, normalisation: Normalisation | None) -> nn.Module:
    """Add spectral normalisation to a layer's weight if `normalisation` is spectral; else return the layer as it is."""
    return spectral_norm(layer) if normalisation == SPECTRAL else layer


def make_normaliser(normalisation: Normalisation | None, size: int, dimensions: int) -> nn.Module | None:
    """Make the layer that normalises the output of a hidden layer; None for spectral or no normalisation.

    Args:
        normalisation: name of the normaliser.
        size: units, or feature maps.
        dimensions: 1 for outputs (N, size), 2 for outputs (N, size, H, W).
    """
    if normalisation == "batch":
        return nn.BatchNorm1d(size) if dimensions == 1 else nn.BatchNorm2d(size)
    if normalisation == "layer":
        return nn.GroupNorm(1, size)
    if normalisation == "instance":
        return nn.InstanceNorm2d(size, affine=True)
    return None


def make_normaliser_layers(
    name: str, normalisation: Normalisation | None, size: int, dimensions: int
) -> dict[str, nn.Module]:
    """Make the normaliser of a hidden layer as {name: layer}, or {} if there is none.

    Args:
        name: name of the layer in its network.
        normalisation: name of the normaliser.
        size: units, or feature maps.
        dimensions: 1 for outputs (N, size), 2 for outputs (N, size, H, W).
    """
    layer = make_normaliser(normalisation, size, dimensions)
    return {name: layer} if layer else {}
