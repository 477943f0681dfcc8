"""Time of a round on a CPU in bf16, channels first and compiled, relative to the current float32.

    python -m benchmarks.kernels [--turns 5] [--tasks DCGAN]

One thread, as in a job; the tasks of benchmarks/throughput.py, without data loading or probes. The variants take turns,
and a ratio is the median over the turns. Times are processor times of the thread, which other work on the machine
changes little. Writes benchmarks/results/kernels.json.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import torch
from benchmarks.loops import Task
from benchmarks.throughput import CPU, RESULTS, describe_machine, make_tasks
from torch import nn

from aegan.storage import write_json
from aegan.tables import BF16
from aegan.training.member import Member
from aegan.training.memory_allocator import configure_process
from aegan.training.round import play_round

#: why a gradient penalty is not compiled; under autocast torch 2.13 raises no error, but the penalty has no gradient
IMPOSSIBLE = "compiled networks have no double backward"
#: seconds of a turn of float32
SECONDS = 2.0


class Variant(NamedTuple):
    """A member that uses other kernels, and the context that its rounds run in."""

    member: Member
    context: Callable[[], AbstractContextManager[Any]] = nullcontext


def set_memory_format(member: Member, layout: torch.memory_format) -> Member:
    """Convert a member's weights to a memory format."""
    for module in member.game.modules.values():
        module.to(memory_format=layout)  # type: ignore[call-overload]  # not in torch's stubs
    return member


def make_compiled_member(task: Task) -> Member:
    """Make the member of a task with compiled networks.

    Raises:
        NotImplementedError: its loss has a gradient penalty.
    """
    if "penalty" in task.method:
        raise NotImplementedError(IMPOSSIBLE)
    member = task.make_member(0)
    for module in member.game.modules.values():
        if any(True for _ in module.parameters()):
            module.forward = torch.compile(wrap_forward(module), dynamic=False)  # type: ignore[method-assign]
    return member


def wrap_forward(module: nn.Module) -> Callable[..., Any]:
    """Wrap the forward method of a module of torch; torch.compile would not compile it otherwise."""
    forward = module.forward

    def inside(*inputs: Any) -> Any:
        return forward(*inputs)

    return inside


VARIANTS: dict[str, Callable[[Task], Variant]] = {
    "float32": lambda task: Variant(task.make_member(0)),
    "float32, channels first": lambda task: Variant(set_memory_format(task.make_member(0), torch.contiguous_format)),
    "float32, compiled": lambda task: Variant(make_compiled_member(task)),
    "bf16": lambda task: Variant(task.with_precision(BF16).make_member(0)),
    "bf16, channels first": lambda task: Variant(
        set_memory_format(task.with_precision(BF16).make_member(0), torch.contiguous_format)
    ),
    "bf16, compiled": lambda task: Variant(make_compiled_member(task), lambda: torch.autocast("cpu", torch.bfloat16)),
}


def time_rounds(variant: Variant, rounds: int) -> float:
    """Play rounds and return the processor seconds per round."""
    started = time.thread_time()
    with variant.context():
        for _ in range(rounds):
            play_round(variant.member)
            variant.member.step += 1
    return (time.thread_time() - started) / rounds


def measure_variants(name: str, task: Task, turns: int) -> list[dict[str, Any]]:
    """Time the variants in turns, and return a row for each: its time, and its speed relative to float32.

    Args:
        name: name of the task.
        task: the task to train.
        turns: number of turns.
    """
    ready, first, rows = {}, {}, []
    for key, make in VARIANTS.items():
        try:
            ready[key] = make(task)
        except NotImplementedError as error:
            rows.append({"task": name, "variant": key, "impossible": str(error)})
        else:
            first[key] = 3 * time_rounds(ready[key], 3)
    rounds = max(1, round(SECONDS / time_rounds(ready["float32"], 2)))
    times = {key: [0.0] * turns for key in ready}
    for turn in range(turns):
        for key, variant in ready.items():
            times[key][turn] = time_rounds(variant, rounds)
    for key, seconds in times.items():
        assert not ready[key].member.divergence, f"{name}, {key} diverged"
        ratio = median(a / b for a, b in zip(times["float32"], seconds, strict=True))
        figures = {"milliseconds": 1e3 * median(seconds), "speed": ratio, "first_rounds_seconds": first[key]}
        rows.append({"task": name, "variant": key} | {what: round(value, 3) for what, value in figures.items()})
    return rows


def main() -> None:
    """Measure and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tasks", default="", help="only those with this in their name")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    configure_process("cpu")  # as jobs that train do
    torch.set_num_threads(1)
    torch._dynamo.config.recompile_limit = 64  # the networks' wrappers share their code
    selected = {name: task for name, task in make_tasks("cpu", **CPU).items() if given.tasks in name}
    rows = [row for name, task in selected.items() for row in measure_variants(name, task, given.turns)]
    about = {"benchmark": "kernels", "device": describe_machine("cpu"), "torch": torch.__version__}
    write_json(given.results / "kernels.json", about | {"rows": rows})


if __name__ == "__main__":
    main()
