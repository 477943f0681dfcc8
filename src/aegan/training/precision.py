"""Networks in another precision: products in fewer bits where a method says so, everything in float64 for a look.

What a method calls its precision is that of matrix products and convolutions. Weights, optimisers, data, noise and
losses stay in float32 whatever it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from itertools import chain
from typing import Any, Literal, get_args

import torch
from torch import Tensor, autocast, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils.parametrize import ParametrizationList

from aegan.errors import InputError

log = logging.getLogger("aegan")

#: float32, as torch has it; tf32, whose products round what they multiply to 10 bits of fraction, on CUDA alone; bf16,
#: which keeps 7 bits of what networks pass on, forwards and backwards, with the range of float32
Precision = Literal["float32", "tf32", "bf16"]
FLOAT32, TF32, BF16 = get_args(Precision)

#: the compute capability of CUDA from which on there are TF32 and bf16
AMPERE = (8, 0)


@contextmanager
def products_in(precision: Precision, device: str) -> Iterator[None]:
    """Let networks called within the block, and the gradients taken there, have their products in a precision."""
    if precision == BF16:
        with _networks_in_bf16(torch.device(device).type):
            yield
    elif precision == TF32:
        with products_on_cuda("tf32"):
            yield
    else:
        yield


@contextmanager
def _networks_in_bf16(device_type: str) -> Iterator[None]:
    """Put torch's autocast around every network, and no further: what a network gives is float32 again.

    So noise that is drawn like a code, a loss of logits, and what a penalty makes of slopes are float32. A network is
    a module with parameters that no other module has called. Gradients have the precision of what they are gradients
    of, those of gradients, too. Modules in float64, as in a look at faint gradients, stay there.
    """
    entered: list[AbstractContextManager[Any]] = []

    def enter(module: nn.Module, _inputs: Any) -> None:
        if entered or next(module.parameters(), None) is not None:
            exact = isinstance(module, ParametrizationList)  # a spectral norm is one of the float32 weights
            inside = nullcontext() if entered and not exact else autocast(device_type, torch.bfloat16, not exact)
            inside.__enter__()
            entered.append(inside)

    def leave(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        if entered:
            entered.pop().__exit__(None, None, None)
        return output if entered else _widened(output)

    hooks = register_module_forward_pre_hook(enter), register_module_forward_hook(leave)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        while entered:  # a network failed amid its call
            entered.pop().__exit__(None, None, None)


def _widened(output: Any) -> Any:
    return output.float() if isinstance(output, Tensor) and output.dtype == torch.bfloat16 else output


@contextmanager
def products_on_cuda(rounded: Literal["ieee", "tf32"]) -> Iterator[None]:
    """Let float32 products on CUDA round what they multiply to TF32, or to nothing; torch's default is a mixture."""
    backends = torch.backends.cuda.matmul, torch.backends.cudnn.conv  # type: ignore[attr-defined]  # not in torch's stubs
    before = [backend.fp32_precision for backend in backends]
    try:
        for backend in backends:
            backend.fp32_precision = rounded
        yield
    finally:
        for backend, precision in zip(backends, before, strict=True):
            backend.fp32_precision = precision


def require(precision: Precision, device: str) -> None:
    """Refuse a precision that a device has not, and say once if it only imitates it.

    Raises:
        InputError: it has none of it.
    """
    lacking = shortfall(precision, device)
    if lacking and precision == TF32:
        raise InputError("precision", lacking, "Use float32 or bf16, or run it on such a GPU")
    if lacking:
        _warn(f"precision: {lacking}")


def shortfall(precision: Precision, device: str) -> str:
    """Say what a device, cpu or cuda, lacks of a precision; nothing where it has it."""
    if precision == TF32 and not _since_ampere(device):
        return f"tf32 is of NVIDIA's GPUs since Ampere, and there is only {_called(device)} here"
    if precision == BF16 and not _has_bf16(device):
        return f"{_called(device)} has no bf16 of its own, and torch imitates it, more slowly than float32"
    return ""


def _has_bf16(device: str) -> bool:
    if torch.device(device).type == "cuda":
        return _since_ampere(device)
    # x86 calls them avx512_bf16 and amx_bf16, Arm bf16
    return any(there for name, there in torch.cpu.get_capabilities().items() if name.endswith("bf16"))


def _since_ampere(device: str) -> bool:
    return torch.device(device).type == "cuda" and torch.cuda.get_device_capability(device) >= AMPERE


def _called(device: str) -> str:
    return torch.cuda.get_device_name(device) if torch.device(device).type == "cuda" else "this processor"


@cache
def _warn(message: str) -> None:
    log.warning("%s", message)


@contextmanager
def double_precision(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Hold modules in float64 for the length of the block; afterwards they have the bits they had before.

    Every float32 is a float64, so nothing is lost on the way there and back. Parameters keep their identity.

    Args:
        modules: each of a single floating-point type.
    """
    first = {module: next(chain(module.parameters(), module.buffers()), None) for module in modules}
    types = {module: tensor.dtype for module, tensor in first.items() if tensor is not None}
    try:
        for module in types:
            module.to(torch.float64)
        yield
    finally:
        for module, dtype in types.items():
            module.to(dtype)
