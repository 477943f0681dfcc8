"""Conditioning of a generator: the spectrum of its Jacobian (Odena 2018)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import torch
from torch import Tensor, nn
from torch.func import jacfwd, vmap

from aegan.errors import InputError
from aegan.probes.contracts import (
    differentiable_kernels,
    enable_autograd,
    explain_mismatch,
    require_data,
    require_output,
    require_usable,
)
from aegan.probes.preserved_state import preserve_state
from aegan.progress import track

#: number of codes whose Jacobians are computed together; it bounds the memory
CHUNK_SIZE = 16

#: layers that depend on the whole batch in training mode, or without running statistics
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def compute_jacobians(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Compute the Jacobians (M, outputs, K) of the flattened output at codes (M, …) of K numbers each.

    Forward mode, or reverse mode output by output where a layer has no forward mode (recurrent layers) or does not
    work under vmap. The generator must map each code independently.

    Raises:
        InputError: the codes are not (M, …) in floating point, the generator mixes codes (BatchNorm in training mode)
            or draws random numbers (dropout in training mode).
    """
    codes = require_data("codes", codes, dimensions=2)
    require_usable("generator", generator)
    _refuse_batch_statistics(generator)
    with explain_mismatch("codes", codes, generator), differentiable_kernels(generator):
        with suppress(RuntimeError):  # no forward formula, no batching rule, or control flow that depends on values
            return _forward_mode(generator, codes)
        return _reverse_mode(generator, codes)


def _forward_mode(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    def single(code: Tensor) -> Tensor:
        return _flatten_output(generator(code.unsqueeze(0).clone()))  # a first layer may work in place

    with torch.inference_mode(False), torch.no_grad(), preserve_state(generator):
        jacobians: Tensor = vmap(jacfwd(single), chunk_size=CHUNK_SIZE)(codes)
    return jacobians.flatten(2)


@enable_autograd()
def _reverse_mode(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    jacobians = []
    for code in codes.detach():
        leaf = code[None].clone().requires_grad_()
        with preserve_state(generator):
            before = _read_generators(codes)
            output = require_output("generator", _flatten_output(generator(leaf.clone())))
            if any(not torch.equal(old, new) for old, new in zip(before, _read_generators(codes), strict=True)):
                raise InputError("generator", "draws random numbers, so it has no Jacobian", "Put it in eval mode")
            rows = [
                torch.autograd.grad(number, leaf, retain_graph=True, materialize_grads=True)[0].flatten()
                for number in output
            ]
        jacobians.append(torch.stack(rows))
    return torch.stack(jacobians)


def _flatten_output(output: object) -> Tensor:
    if not isinstance(output, Tensor):
        raise InputError("generator", f"returns a {type(output).__name__}", "Give a function that returns one tensor")
    return output.flatten()


def _read_generators(codes: Tensor) -> list[Tensor]:
    return [torch.get_rng_state(), *([torch.cuda.get_rng_state(codes.device)] if codes.is_cuda else [])]


def _refuse_batch_statistics(generator: object) -> None:
    for name, layer in generator.named_modules() if isinstance(generator, nn.Module) else ():
        if isinstance(layer, BATCH_NORMS) and (layer.training or layer.running_mean is None):
            raise InputError(
                "generator",
                f"layer '{name}' ({type(layer).__name__}) normalises over the batch: no code has a Jacobian of its own",
                "Put it in eval mode, with running statistics",
            )


def log_condition_numbers(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Return log10 of the condition number of JᵀJ (M,), float64, at codes (M, …): 2 · log10(σmax / σmin) of J.

    J is the Jacobian of the flattened output by the flattened code, so codes (M, K, 1, 1) read as (M, K). The mean
    over codes correlates with a generator's quality (Odena 2018, arXiv:1802.08768). σmin is the smallest of the
    min(outputs, K) singular values; if it is 0 the result is infinite. A Jacobian that is not finite gives NaN. Because
    of rounding a lost direction reads about 14 decades in float32 and about 30 in float64.

    Raises:
        InputError: as for `compute_jacobians`.
    """
    return to_log_condition(measure_stretches(generator, codes))


def to_log_condition(stretches: Tensor) -> Tensor:
    """Return 2 · log10(σmax / σmin) (M,) of the values (M, 2) of `measure_stretches`; infinite if σmin is 0."""
    largest, smallest = stretches.unbind(1)
    return 2 * torch.where(smallest == 0, torch.inf, largest / smallest).log10()


def measure_stretches(generator: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    """Return σmax and σmin (M, 2), float64, of the Jacobians of `log_condition_numbers` at codes (M, …).

    The largest σmax over the codes is a lower bound of the Lipschitz constant.

    Raises:
        InputError: as for `compute_jacobians`.
    """
    codes = require_data("codes", codes, dimensions=2)
    parts = track(codes.split(CHUNK_SIZE), "condition numbers, chunks of codes")
    return torch.cat([_singular_values(compute_jacobians(generator, part))[:, [0, -1]] for part in parts])


def _singular_values(jacobians: Tensor) -> Tensor:
    """Return the singular values (M, min(outputs, K)) of Jacobians (M, outputs, K); NaN for those not finite."""
    matrices = jacobians.double()
    finite = matrices.isfinite().all(dim=(1, 2))
    values: Tensor = torch.linalg.svdvals(matrices.where(finite[:, None, None], 0))  # the algorithm fails on NaN
    return values.where(finite[:, None], torch.nan)
