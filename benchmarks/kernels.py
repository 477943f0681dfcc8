"""What other kernels make of a round on a CPU: bf16, channels first, torch.compile, each beside float32 as it is.

    python -m benchmarks.kernels [--turns 5] [--tasks DCGAN]

One thread, as a job has; the tasks of benchmarks/throughput.py, without data loading or probes in between. The variants
take turns, and a ratio is the median over the turns. Times are the thread's own on its processor, to which others that
run on the machine add little. Writes benchmarks/results/kernels.json.
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
from benchmarks.throughput import CPU, RESULTS, machine, tasks
from torch import nn

from aegan.storage import write_json
from aegan.training.member import Member, play_round
from aegan.training.memory_allocator import settle
from aegan.training.precision import BF16

#: what is said of a penalty on slopes; under autocast torch 2.13 says nothing, and the penalty has no gradient
IMPOSSIBLE = "compiled networks have no double backward"
#: how long a turn of float32 takes
SECONDS = 2.0


class Variant(NamedTuple):
    """A member made to play with other kernels, and what its rounds are played within."""

    member: Member
    within: Callable[[], AbstractContextManager[Any]] = nullcontext


def laid_out(member: Member, layout: torch.memory_format) -> Member:
    """Bring a member's weights into a memory format."""
    for module in member.game.modules.values():
        module.to(memory_format=layout)  # type: ignore[call-overload]  # not in torch's stubs
    return member


def compiled(task: Task) -> Member:
    """Make the member of a task with compiled networks.

    Raises:
        NotImplementedError: its loss looks at slopes.
    """
    if "penalty" in task.method:
        raise NotImplementedError(IMPOSSIBLE)
    member = task.member(0)
    for module in member.game.modules.values():
        if any(True for _ in module.parameters()):
            module.forward = torch.compile(inlined(module), dynamic=False)  # type: ignore[method-assign]
    return member


def inlined(module: nn.Module) -> Callable[..., Any]:
    """Wrap the forward pass of a module of torch's own, which torch.compile would leave alone."""
    forward = module.forward

    def inside(*inputs: Any) -> Any:
        return forward(*inputs)

    return inside


VARIANTS: dict[str, Callable[[Task], Variant]] = {
    "float32": lambda task: Variant(task.member(0)),
    "float32, channels first": lambda task: Variant(laid_out(task.member(0), torch.contiguous_format)),
    "float32, compiled": lambda task: Variant(compiled(task)),
    "bf16": lambda task: Variant(task.at(BF16).member(0)),
    "bf16, channels first": lambda task: Variant(laid_out(task.at(BF16).member(0), torch.contiguous_format)),
    "bf16, compiled": lambda task: Variant(compiled(task), lambda: torch.autocast("cpu", torch.bfloat16)),
}


def played(variant: Variant, rounds: int) -> float:
    """Play rounds, and return the seconds of one on the processor."""
    started = time.thread_time()
    with variant.within():
        for _ in range(rounds):
            play_round(variant.member)
            variant.member.step += 1
    return (time.thread_time() - started) / rounds


def measured(name: str, task: Task, turns: int) -> list[dict[str, Any]]:
    """Let the variants take turns, and return a row for each: its time, how much faster it is than float32."""
    ready, first, rows = {}, {}, []
    for key, make in VARIANTS.items():
        try:
            ready[key] = make(task)
        except NotImplementedError as error:
            rows.append({"task": name, "variant": key, "impossible": str(error)})
        else:
            first[key] = 3 * played(ready[key], 3)
    rounds = max(1, round(SECONDS / played(ready["float32"], 2)))
    times = {key: [0.0] * turns for key in ready}
    for turn in range(turns):
        for key, variant in ready.items():
            times[key][turn] = played(variant, rounds)
    for key, own in times.items():
        assert not ready[key].member.divergence, f"{name}, {key} diverged"
        ratio = median(a / b for a, b in zip(times["float32"], own, strict=True))
        figures = {"milliseconds": 1e3 * median(own), "speed": ratio, "first_rounds_seconds": first[key]}
        rows.append({"task": name, "variant": key} | {what: round(value, 3) for what, value in figures.items()})
    return rows


def main() -> None:
    """Measure and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tasks", default="", help="only those with this in their name")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    settle("cpu")  # as a job that trains does
    torch.set_num_threads(1)
    torch._dynamo.config.recompile_limit = 64  # the networks' wrappers share their code
    chosen = {name: task for name, task in tasks("cpu", **CPU).items() if given.tasks in name}
    rows = [row for name, task in chosen.items() for row in measured(name, task, given.turns)]
    about = {"benchmark": "kernels", "device": machine("cpu"), "torch": torch.__version__}
    write_json(given.results / "kernels.json", about | {"rows": rows})


if __name__ == "__main__":
    main()
