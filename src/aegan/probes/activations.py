"""The outputs of a network's activation layers, which `quantities.saturation` measures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn


@contextmanager
def capture_activations(module: nn.Module) -> Iterator[dict[str, list[Tensor]]]:
    """Collect the outputs (N, …) of a module's ReLU, Tanh and Sigmoid layers by name, one per forward pass."""
    outputs: dict[str, list[Tensor]] = {}
    hooks = [
        layer.register_forward_hook(lambda _layer, _input, output, name=name: outputs[name].append(output.detach()))
        for name, layer in module.named_modules()
        if isinstance(layer, (nn.ReLU, nn.Tanh, nn.Sigmoid)) and outputs.setdefault(name, []) == []
    ]
    try:
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()
