"""Preserve the state that probing must not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from aegan.probes.contracts import list_modules

#: the tables of a module whose entries a forward pass may replace
TABLES = ("_parameters", "_buffers", "_modules")


@contextmanager
def preserve_state(*callables: object) -> Iterator[None]:
    """Preserve what a forward pass may change in those callables that are modules, and torch's random generators.

    Restored are buffers, attributes (`training` among them), the registered parameters and submodules, a parameter's
    `.data` if it was replaced, `requires_grad`, the CPU generator and those of the CUDA devices of the modules. Values
    of parameters that a forward pass overwrites in place are not. Copies replace the buffers within the block, so a
    graph that holds the originals stays valid. Modules inside a closure are not seen: pass them too.
    """
    modules = list_modules(callables)
    copies: dict[int, Tensor] = {}  # by the original, because modules may share a buffer
    with torch.random.fork_rng(devices=_list_cuda_devices(modules)), ExitStack() as stack:
        for module in modules:
            script = isinstance(module, torch.jit.ScriptModule)
            stack.callback(_keep_script(module) if script else _keep(module, copies))
        yield


def _list_cuda_devices(modules: list[nn.Module]) -> list[int]:
    tensors = [own for part in modules for own in [*part._parameters.values(), *part._buffers.values()]]
    return sorted({own.get_device() for own in tensors if own is not None and own.is_cuda})


def _keep(module: nn.Module, copies: dict[int, Tensor]) -> Callable[[], None]:
    """Replace the buffers of one module by copies; return what restores the module."""
    attributes = dict(vars(module))
    tables = {name: dict(attributes[name]) for name in TABLES}
    parameters = [(own, own.data, own.requires_grad) for own in tables["_parameters"].values() if own is not None]
    for name, buffer in tables["_buffers"].items():
        if buffer is not None:
            module._buffers[name] = copies.setdefault(id(buffer), buffer.clone())
    return partial(_restore, module, attributes, tables, parameters)


def _restore(
    module: nn.Module,
    attributes: dict[str, object],
    tables: dict[str, dict[str, object]],
    parameters: list[tuple[nn.Parameter, Tensor, bool]],
) -> None:
    own = vars(module)
    for name in own.keys() - attributes:
        del own[name]
    own.update(attributes)
    for name, table in tables.items():
        own[name].clear()
        own[name].update(table)
    for parameter, data, requires_grad in parameters:
        if parameter.data_ptr() != data.data_ptr():
            parameter.data = data
        if parameter.requires_grad != requires_grad:
            parameter.requires_grad_(requires_grad)


def _keep_script(module: nn.Module) -> Callable[[], None]:
    """Copy the buffers of a TorchScript module, which cannot be replaced; return what restores them."""
    kept = [(own, own.clone()) for own in module.buffers(recurse=False)]

    def restore() -> None:
        with torch.no_grad():
            for own, value in kept:
                own.copy_(value)

    return restore
