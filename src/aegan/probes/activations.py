"""The outputs of a network's activation layers, which `quantities.saturation` measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from torch import Tensor, nn

from aegan.errors import InputError

#: kind of activation layer -> the test of its outputs (…) for entries at which it passes (nearly) no gradient back
FLAT_PARTS: dict[type[nn.Module], Callable[[Tensor], Tensor]] = {
    nn.ReLU: lambda y: y <= 0,
    nn.Tanh: lambda y: y.abs() > 0.99,
    nn.Sigmoid: lambda y: y * (1 - y) < 0.01,
}


@contextmanager
def capture_activations(module: nn.Module) -> Iterator[dict[str, list[Tensor]]]:
    """Collect copies of the outputs (N, …) of a module's ReLU, Tanh and Sigmoid layers by name, one per forward pass.

    They are copies because a layer that follows may work in place.

    Raises:
        InputError: it is not a module.
    """
    if not isinstance(module, nn.Module):
        raise InputError("module", f"is a {type(module).__name__}", "Give an nn.Module")
    outputs: dict[str, list[Tensor]] = {}
    with ExitStack() as hooks:
        for name, layer in module.named_modules():
            if any(isinstance(layer, kind) for kind in FLAT_PARTS):
                outputs[name] = []
                hook = layer.register_forward_hook(
                    lambda _layer, _input, output, name=name: outputs[name].append(output.detach().clone())
                )
                hooks.callback(hook.remove)
        yield outputs
