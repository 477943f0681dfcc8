"""What probes require of tensors and modules, and the autograd settings they run under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.parameter import UninitializedParameter

from aegan.errors import InputError


@contextmanager
def enable_autograd() -> Iterator[None]:
    """Record graphs within the block, also for a caller inside `torch.no_grad` or `torch.inference_mode`."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


@contextmanager
def differentiable_kernels(*callables: object) -> Iterator[None]:
    """Avoid kernels without the derivatives that probes need.

    Fused attention has no forward-mode and no second derivative, and cuDNN's recurrent layers have neither of these
    nor any derivative in eval mode. cuDNN is disabled only if a module among the callables is recurrent.
    """
    recurrent = any(isinstance(part, nn.RNNBase) for part in list_modules(callables))
    with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False) if recurrent else nullcontext():
        yield


def list_modules(callables: Iterable[object]) -> list[nn.Module]:
    """List the modules among callables and all modules inside them, each once."""
    wholes = [whole for whole in callables if isinstance(whole, nn.Module)]
    return list({id(part): part for whole in wholes for part in whole.modules()}.values())


def require_data(where: str, data: object, dimensions: int = 1) -> Tensor:
    """Return data (N, …) in a form that autograd accepts.

    Args:
        where: name of the argument.
        data: what must be a real floating-point tensor with at least one entry.
        dimensions: the least number of dimensions.

    Raises:
        InputError: it is not.
    """
    if not isinstance(data, Tensor):
        raise InputError(where, f"is a {type(data).__name__}, not a tensor", "Convert it with torch.as_tensor")
    if not data.is_floating_point():
        raise InputError(where, f"has type {data.dtype}, which has no gradients", "Convert it with .float()")
    if data.dim() < dimensions or data.numel() == 0:
        axes = ", ".join(["N", "K"][:dimensions])
        raise InputError(where, f"has shape {tuple(data.shape)}", f"Give a tensor ({axes}, …) with at least one entry")
    with torch.inference_mode(False):
        return data.clone() if data.is_inference() else data


def require_usable(where: str, function: object) -> None:
    """Require that autograd can differentiate a function, if it is a module: no uninitialised or inference parameters.

    Raises:
        InputError: it cannot; the message names the layer.
    """
    if not callable(function):
        raise InputError(where, f"is a {type(function).__name__}", "Give a module or a function of a tensor")
    for name, part in function.named_modules() if isinstance(function, nn.Module) else ():
        layer = f"layer '{name}' ({type(part).__name__})"
        own = list(part.parameters(recurse=False))
        if any(isinstance(parameter, UninitializedParameter) for parameter in own):
            raise InputError(where, f"{layer} has no parameters yet", "Call the module once before the probe")
        if any(parameter.is_inference() for parameter in own):
            raise InputError(
                where,
                f"{layer} was made in inference mode, which has no gradients",
                "Make it outside of inference mode",
            )


@contextmanager
def explain_mismatch(where: str, data: Tensor, function: object) -> Iterator[None]:
    """Name the devices and types of data and parameters if torch fails in the block because they differ.

    Args:
        where: name of the argument that holds the data.
        data: the data (N, …).
        function: what is called with it in the block.
    """
    try:
        yield
    except (RuntimeError, ValueError) as error:
        parameters = list(function.parameters()) if isinstance(function, nn.Module) else []
        own = {(own.device, own.dtype) for own in parameters if own.is_floating_point()}
        if not own or (data.device, data.dtype) in own:
            raise
        places = " and ".join(sorted(f"{dtype} on {device}" for device, dtype in own))
        raise InputError(
            where, f"is {data.dtype} on {data.device}, the parameters are {places}", "Move or convert one of them"
        ) from error


def require_output(where: str, output: object) -> Tensor:
    """Return the output of a network or a loss, which must be a real tensor with a graph.

    Raises:
        InputError: it is not.
    """
    if not isinstance(output, Tensor):
        raise InputError(
            where, f"returns a {type(output).__name__}, not a tensor", "Give a function that returns one tensor"
        )
    if not output.is_floating_point():
        raise InputError(where, f"returns type {output.dtype}", "Give a function with real floating-point output")
    if not output.requires_grad:
        raise InputError(where, "returns a tensor without a graph", "Remove detach and torch.no_grad inside it")
    return output


def require_loss(where: str, loss: object) -> Tensor:
    """Return a loss, which must be one real number with a graph.

    Raises:
        InputError: it is not.
    """
    value = require_output(where, loss)
    if value.numel() != 1:
        raise InputError(
            where, f"returns shape {tuple(value.shape)}, not one number", "Reduce it, for example by mean()"
        )
    return value


def select_trainable(where: str, parameters: Sequence[Tensor]) -> list[Tensor]:
    """Select the parameters (…) that require grad.

    Raises:
        InputError: there are none.
    """
    trainable = [parameter for parameter in parameters if parameter.requires_grad]
    if not trainable:
        wrong = f"none of {len(parameters)} requires grad" if parameters else "there are none"
        raise InputError(where, wrong, "Give parameters, and call requires_grad_() on those to measure")
    return trainable


def require_count(where: str, count: int, least: int) -> None:
    """Require a count of at least `least`.

    Args:
        where: name of the argument.
        count: the count.
        least: its least value.

    Raises:
        InputError: it is less.
    """
    if count < least:
        raise InputError(where, f"is {count}", f"Give a whole number from {least} on")
