"""Precision of networks: matrix products in the precision of the method, float64 for probing faint gradients.

A method's precision is that of its matrix products and convolutions. Weights, optimisers, data, noise and losses stay
in float32.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from itertools import chain
from typing import Any, Literal

import torch
from torch import Tensor, autocast, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils.parametrize import ParametrizationList

from aegan.errors import InputError
from aegan.tables import BF16, TF32, Precision

log = logging.getLogger("aegan")

#: lowest CUDA compute capability with TF32 and bf16
AMPERE = (8, 0)


@contextmanager
def autocast_products(precision: Precision, device: str) -> Iterator[None]:
    """Run the matrix products of networks within the block, and of the gradients taken there, in a precision."""
    if precision == BF16:
        with _networks_in_bf16(torch.device(device).type):
            yield
    elif precision == TF32:
        with cuda_product_precision("tf32"):
            yield
    else:
        yield


@contextmanager
def _networks_in_bf16(device_type: str) -> Iterator[None]:
    """Apply torch's autocast to networks alone: a network's output is converted back to float32.

    Noise, losses of logits and what a penalty computes from gradients are therefore float32. A network is a module with
    parameters that no other module has called. Gradients, and gradients of gradients, have the precision of
    the operation that they are derived from. Modules in float64, as while probing faint gradients, stay there.
    """
    entered: list[AbstractContextManager[Any]] = []

    def enter(module: nn.Module, _inputs: Any) -> None:
        if entered or next(module.parameters(), None) is not None:
            exact = isinstance(module, ParametrizationList)  # the spectral norm is computed from the float32 weights
            inside = nullcontext() if entered and not exact else autocast(device_type, torch.bfloat16, not exact)
            inside.__enter__()
            entered.append(inside)

    def leave(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        if entered:
            entered.pop().__exit__(None, None, None)
        return output if entered else _to_float32(output)

    hooks = register_module_forward_pre_hook(enter), register_module_forward_hook(leave)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        while entered:  # a network raised within its call
            entered.pop().__exit__(None, None, None)


def _to_float32(output: Any) -> Any:
    return output.float() if isinstance(output, Tensor) and output.dtype == torch.bfloat16 else output


@contextmanager
def cuda_product_precision(rounded: Literal["ieee", "tf32"]) -> Iterator[None]:
    """Let float32 products on CUDA round their operands to TF32, or not at all ("ieee"); torch's default mixes both."""
    backends = torch.backends.cuda.matmul, torch.backends.cudnn.conv  # type: ignore[attr-defined]  # not in torch's stubs
    before = [backend.fp32_precision for backend in backends]
    try:
        for backend in backends:
            backend.fp32_precision = rounded
        yield
    finally:
        for backend, precision in zip(backends, before, strict=True):
            backend.fp32_precision = precision


def require_precision(precision: Precision, device: str) -> None:
    """Refuse a precision that a device does not support, and warn once if it only emulates it.

    Raises:
        InputError: the device does not support it.
    """
    missing = missing_support(precision, device)
    if missing and precision == TF32:
        raise InputError("precision", missing, "Use float32 or bf16, or run on such a GPU")
    if missing:
        _warn(f"precision: {missing}")


def missing_support(precision: Precision, device: str) -> str:
    """Describe what a device, cpu or cuda, lacks for a precision; "" if it supports it."""
    if precision == TF32 and not _since_ampere(device):
        return f"tf32 needs an NVIDIA GPU (Ampere or newer), but the device is {_device_name(device)}"
    if precision == BF16 and not _has_bf16(device):
        return f"{_device_name(device)} has no bf16 instructions; torch emulates them, slower than float32"
    return ""


def _has_bf16(device: str) -> bool:
    if torch.device(device).type == "cuda":
        return _since_ampere(device)
    # x86 calls them avx512_bf16 and amx_bf16, Arm bf16
    return any(there for name, there in torch.cpu.get_capabilities().items() if name.endswith("bf16"))


def _since_ampere(device: str) -> bool:
    return torch.device(device).type == "cuda" and torch.cuda.get_device_capability(device) >= AMPERE


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name(device) if torch.device(device).type == "cuda" else "this processor"


@cache
def _warn(message: str) -> None:
    log.warning("%s", message)


@contextmanager
def double_precision(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Convert modules to float64 for the length of the block; afterwards they have the same bits as before.

    Every float32 is a float64, so the round trip is exact. Parameters keep their identity.

    Args:
        modules: each of a single floating-point type.
    """
    first_tensor = {module: next(chain(module.parameters(), module.buffers()), None) for module in modules}
    types = {module: tensor.dtype for module, tensor in first_tensor.items() if tensor is not None}
    try:
        for module in types:
            module.to(torch.float64)
        yield
    finally:
        for module, dtype in types.items():
            module.to(dtype)
