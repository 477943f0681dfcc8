"""The networks of a study's methods as they are built, layer by layer, by which comparisons are matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from aegan.analysis.differences import Layer, Networks
from aegan.config.networks import build_without_memory, make_untrained_game
from aegan.config.raw_data import build_source
from aegan.data.raw_dataset import DataOutline
from aegan.games.roles import ROLES

if TYPE_CHECKING:
    from aegan.config.model import Config


def describe_networks(config: Config) -> dict[str, dict[str, Networks]]:
    """Describe, by data set, the networks of the methods that a valid study runs on it, as they are built for it."""
    outlines = {dataset: build_source(config, dataset).outline() for dataset in config.study.datasets}
    return {
        dataset: {name: _describe_method(config, name, outline) for name in config.list_methods(dataset)}
        for dataset, outline in outlines.items()
    }


def _describe_method(config: Config, name: str, outline: DataOutline) -> Networks:
    with build_without_memory():
        game = make_untrained_game(config, name, outline)
    assert game.generate, "every role generates"
    role = ROLES[config.methods[name].role.name]
    return Networks(
        generator=list_layers(game.generate.generator),
        discriminator=list_layers(game.modules["discriminator"]),
        judged=role.non_image_networks.get("discriminator", "data"),
    )


def list_layers(network: nn.Module) -> tuple[Layer, ...]:
    """List the layers of a network in their order; containers are none."""
    layers = []
    for module in network.modules():
        weights = sum(weight.numel() for weight in module.parameters(recurse=False))
        if weights or not any(True for _ in module.children()):
            layers.append(Layer(f"{type(module).__name__}({module.extra_repr()})", weights))
    return tuple(layers)
