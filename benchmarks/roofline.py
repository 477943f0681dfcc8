"""Roofline model: the ceilings of a machine, and the operations and bytes of a round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.functional import conv2d
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from aegan.training.member import Member
from aegan.training.precision import cuda_product_precision
from aegan.training.round import play_round


class Traffic(TorchDispatchMode):
    """Adds up the bytes that operations read and write, each tensor once per operation, as if nothing were cached."""

    total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not (func.is_view or func._overloadpacket is torch.ops.aten._unsafe_view):
            touched = {id(leaf): leaf for leaf in tree_leaves((args, kwargs, result)) if isinstance(leaf, Tensor)}
            self.total += sum(leaf.nbytes for leaf in touched.values())
        return result


def count_bytes_per_round(member: Member) -> int:
    """Count the bytes of one round by playing it, which changes the member's weights."""
    with Traffic() as traffic:  # type: ignore[no-untyped-call]
        play_round(member)
    return int(traffic.total)


def time_work(work: Callable[[], object], device: str, repeats: int = 5) -> float:
    """Time work on a device, and return the seconds of the fastest repetition.

    Args:
        work: the function to time.
        device: cpu or cuda.
        repeats: number of timed calls, after one to warm up.
    """
    best = float("inf")
    for _ in range(repeats + 1):
        synchronise(device)
        started = time.perf_counter()
        work()
        synchronise(device)
        best = min(best, time.perf_counter() - started)
    return best


def synchronise(device: str) -> None:
    """Wait for a device."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


def measure_ceilings(device: str) -> dict[str, float]:
    """Measure the ceilings of a device: operations per second, and bytes per second of a large triad.

    Operations are those of a large matrix product or of a large convolution, whichever is faster: on a CPU two
    libraries compute them.
    """
    big = torch.device(device).type == "cuda"
    size, numbers = (8192, 2**28) if big else (2048, 2**25)
    found = {"float32_flops": measure_flops(device, torch.float32, size)}
    if big:
        found["bfloat16_flops"] = measure_flops(device, torch.bfloat16, size)
        found["tf32_flops"] = measure_flops(device, torch.float32, size, "tf32")
    x, y, z = (torch.ones(numbers, device=device) for _ in range(3))
    triad = time_work(lambda: torch.add(x, y, alpha=2.0, out=z), device)
    return found | {"bytes": 3 * x.nbytes / triad}


def measure_flops(device: str, kind: torch.dtype, size: int, rounded: Literal["ieee", "tf32"] = "ieee") -> float:
    """Measure the operations per second of a matrix product, or of a convolution of about as many operations.

    Args:
        device: cpu or cuda.
        kind: dtype of the operands.
        size: rows of a matrix.
        rounded: precision of float32 products on CUDA.
    """
    side, channels = 28, 256
    images = max(1, size**3 // (9 * channels**2 * side**2))
    drawn = partial(torch.randn, device=device, dtype=kind)
    a, b = drawn(size, size), drawn(size, size)
    maps = drawn(images, channels, side, side).to(memory_format=torch.channels_last)
    weights = drawn(channels, channels, 3, 3).to(memory_format=torch.channels_last)
    with cuda_product_precision(rounded):
        product = time_work(lambda: a @ b, device)
        convolution = time_work(lambda: conv2d(maps, weights, padding=1), device)
    return max(2 * size**3 / product, 2 * images * 9 * channels**2 * side**2 / convolution)


def roofline_at(intensity: float, ceiling: Mapping[str, float]) -> float:
    """Return the operations per second that the roofline allows at an intensity in operations per byte."""
    return min(ceiling["float32_flops"], intensity * ceiling["bytes"])
