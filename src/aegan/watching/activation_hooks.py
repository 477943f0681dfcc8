"""Hooks that tally how many activations are flat, without copies of them, while a look waits for the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from aegan.probes.activations import FLAT_PARTS
from aegan.watching.networks import WatchedNetwork


class FlatTally:
    """Tallies the flat share of one layer's outputs over its calls; a layer may have several places.

    Args:
        kind: of the layer.
    """

    def __init__(self, kind: type[nn.Module]) -> None:
        self.kind = kind
        self.flat: dict[torch.Size, Tensor] = {}
        self.sizes: dict[torch.Size, int] = {}

    def add(self, output: Tensor) -> None:
        """Add the outputs (N, …) of one call. A ReLU is dead if it is zero in all calls; other entries are counted."""
        shape, flat = output.shape[1:], FLAT_PARTS[self.kind](output)
        before = self.flat.get(shape)
        if self.kind is nn.ReLU:
            flat = flat.all(0)
            self.flat[shape] = flat if before is None else flat & before.to(flat.device)
            self.sizes[shape] = flat.numel()
        else:
            count = flat.sum()
            self.flat[shape] = count if before is None else count + before.to(count.device)
            self.sizes[shape] = self.sizes.get(shape, 0) + flat.numel()

    def read(self) -> Tensor:
        """Return the flat share, a tensor (1,)."""
        counts = [flat.sum().reshape(1) for flat in self.flat.values()]
        return torch.cat([count.to(counts[0].device) for count in counts]).sum(0, keepdim=True) / sum(
            self.sizes.values()
        )


class _Hook:
    """A forward hook of one layer. Copies and pickles of the layer carry a hook that does nothing."""

    def __init__(self, layer: nn.Module, add: Callable[[Tensor], None]) -> None:
        self.layer, self.add = layer, add

    def __call__(self, layer: nn.Module, _inputs: Any, output: Any) -> None:
        if torch.compiler.is_compiling() or not (layer.training and torch.is_grad_enabled()):
            return
        if layer is not self.layer and not getattr(layer, "_is_replica", False):  # a shallow copy, not of DataParallel
            return
        if isinstance(output, Tensor) and output.dim() > 0 and output.numel():
            with torch.no_grad():
                self.add(output.detach())

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        return make_idle_hook, ()


def make_idle_hook() -> Callable[..., None]:
    """Make a hook that does nothing."""
    return _do_nothing


def _do_nothing(*_arguments: object) -> None:
    pass


def add_activation_hooks(
    network: WatchedNetwork, find_tallies: Callable[[WatchedNetwork], dict[str, FlatTally] | None]
) -> list[RemovableHandle]:
    """Hook the activation layers of a network; none of one that is compiled.

    Args:
        network: the network.
        find_tallies: the network -> the tallies by layer of the look that waits for it, if one does.
    """

    def make_hook(name: str, layer: nn.Module) -> _Hook:
        def add(output: Tensor) -> None:
            if (tallies := find_tallies(network)) is not None:
                tallies.setdefault(name, FlatTally(type(layer))).add(output)

        return _Hook(layer, add)

    if network.compiled:
        return []
    return [
        layer.register_forward_hook(make_hook(name, layer))
        for name, layer in network.module.named_modules()
        if type(layer) in FLAT_PARTS
    ]
