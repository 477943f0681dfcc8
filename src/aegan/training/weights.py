"""Weights of a cohort as one safetensors file: seed-{seed}/{module}/{parameter}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from aegan.storage import explain_read_errors, write_atomically


def save_weights(target: Path | str, modules: Mapping[int, Mapping[str, nn.Module]]) -> None:
    """Write the modules of several seeds, seed -> name -> module, to one file."""
    save_tensors(target, {seed: weights_of(by_name) for seed, by_name in modules.items()})


def weights_of(modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """Collect the parameters and buffers of modules: {module}/{parameter} -> tensor, not copied."""
    return {f"{name}/{key}": value for name, module in modules.items() for key, value in module.state_dict().items()}


def save_tensors(target: Path | str, tensors: Mapping[int, Mapping[str, Tensor]]) -> None:
    """Write the tensors, of any shapes, of several seeds to one file: seed-{seed}/{name}."""
    copies = {
        f"seed-{seed}/{name}": value.detach().cpu().clone().contiguous()
        for seed, by_name in tensors.items()
        for name, value in by_name.items()
    }
    with write_atomically(target) as path:
        save_file(copies, path)


def read_weights(source: Path | str, seed: int, name: str) -> dict[str, Tensor]:
    """Read the parameters and buffers of one module: parameter's name -> tensor.

    Args:
        source: file of `save_weights`.
        seed: of the weights.
        name: of the module.
    """
    prefix = f"seed-{seed}/{name}/"
    with explain_read_errors(source), safe_open(source, framework="pt") as file:
        keys = [key for key in file.keys() if key.startswith(prefix)]  # noqa: SIM118 - not a dict
        return {key.removeprefix(prefix): file.get_tensor(key) for key in keys}


def load_weights(source: Path | str, seed: int, name: str, module: nn.Module) -> None:
    """Give a module its trained weights.

    Args:
        source: file of `save_weights`.
        seed: of the weights.
        name: of the module in the file.
        module: receives them.
    """
    module.load_state_dict(read_weights(source, seed, name))


def seeds_by_stage(source: Path | str, seeds: Sequence[int]) -> dict[int, list[int]]:
    """List the training stages in a file of kept weights, and which of the seeds reached each: rounds -> seeds."""
    with explain_read_errors(source), safe_open(source, framework="pt") as file:
        kept = {tuple(key.split("/")[:2]) for key in file.keys()}  # noqa: SIM118 - not a dict
        stages = sorted({int(stage) for _, stage in kept})
    return {stage: [seed for seed in seeds if (f"seed-{seed}", str(stage)) in kept] for stage in stages}
