"""Hooks that tally how many activations are flat, without copies of them, while a look waits for the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from aegan.probes.activations import FLAT_PARTS
from aegan.watching.networks import WatchedNetwork, stack_scalars


class FlatTally:
    """Tallies the flat outputs of one layer over its calls; a layer may have several places.

    Args:
        kind: of the layer.
    """

    def __init__(self, kind: type[nn.Module]) -> None:
        self.kind = kind
        self.size = 0  #: number of outputs that are counted among
        self._tallies: dict[torch.Size, Tensor] = {}

    def add(self, output: Tensor) -> None:
        """Add the outputs (N, …) of one call. A ReLU is dead if it is flat in all calls; other entries are counted."""
        shape = output.shape[1:]
        before = self._tallies.get(shape)
        if self.kind is nn.ReLU:  # its greatest output tells whether it is flat in all rows
            tally = output.amax(0)
            self.size += 0 if before is not None else tally.numel()
            self._tallies[shape] = tally if before is None else torch.maximum(tally, before.to(tally.device))
        else:
            tally = FLAT_PARTS[self.kind](output).sum()
            self.size += output.numel()
            self._tallies[shape] = tally if before is None else tally + before.to(tally.device)

    def count(self) -> Tensor:
        """Count the flat outputs; the sum of the tensor (shapes,) is their number."""
        tallies = self._tallies.values()
        return stack_scalars([FLAT_PARTS[nn.ReLU](own).sum() for own in tallies] if self.kind is nn.ReLU else tallies)


class _Hook:
    """A forward hook of one layer. Copies and pickles of the layer carry a hook that does nothing."""

    def __init__(self, layer: nn.Module, add: Callable[[Tensor], None]) -> None:
        self.layer, self.add = layer, add

    def __call__(self, layer: nn.Module, _inputs: Any, output: Any) -> None:
        if torch.compiler.is_compiling() or not (layer.training and torch.is_grad_enabled()):
            return
        # within vmap or grad of torch.func, whose tensors do not outlive it
        if torch._C._functorch.maybe_current_level() is not None:
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
