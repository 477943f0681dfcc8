"""The last layer of a network, where the gradients of several losses are compared."""

from __future__ import annotations

from typing import NamedTuple

from torch import nn


class LastLayer(NamedTuple):
    """The last layer of a network that has parameters."""

    name: str
    parameters: list[nn.Parameter]


def find_last_layer(network: nn.Module, part: str = "") -> LastLayer:
    """Find the layer that holds the last of a network's parameters, which are in the order of its layers.

    Args:
        network: the network.
        part: name of the module in it whose last layer is meant; "" for the whole network.
    """
    within = f"{part}." if part else ""
    owners = {name: _find_owner(name) for name, _ in network.named_parameters() if name.startswith(within)}
    *_, last = owners.values()
    return LastLayer(last, [own for name, own in network.named_parameters() if owners.get(name) == last])


def _find_owner(parameter: str) -> str:
    """Return the name of a parameter's layer; a normalised weight belongs to the layer that it is the weight of."""
    layer, _, rest = f".{parameter}".partition(".parametrizations.")
    return layer[1:] if rest else parameter.rpartition(".")[0]
