"""Images a second of three loops on the same nets, data and batch, in turns, beside what the machine can do.

    python -m benchmarks.throughput [--device cuda] [--turns 3] [--seconds 4] [--tasks DCGAN]

(a) a tutorial's loop with a DataLoader, (b) a loop on tensors at rest, (c) ours with cohorts of several sizes. Writes
benchmarks/results/throughput-{device}.json, .svg and .png. Every loop is run twice in each turn, for the rounds in
which it gets going and for some seconds more; the difference tells its speed, the rest what it takes to set up.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import torch
from benchmarks.loops import Task, ours, resident, tutorial
from benchmarks.roofline import bytes_per_round, ceilings, synchronise
from benchmarks.throughput_figure import draw

from aegan.figures.style import to_png, to_svg
from aegan.storage import write_bytes, write_json, write_text
from aegan.training.cost import flops_per_round
from aegan.training.engine import WARM_UP
from aegan.training.precision import BF16

RESULTS = Path(__file__).parent / "results"
CPU = {"width": 128, "channels": 32, "side": 28}  # the catalogue's defaults, on Fashion-MNIST's shape
CUDA = {"width": 512, "channels": 64, "side": 32}
CRITIC = {"loss": {"name": "wasserstein"}, "penalty": {"name": "gp"}, "discriminator_moves": 5}


class Loop(NamedTuple):
    """One loop: what plays the task for so many rounds, how many members that is, and on how many threads."""

    play: Callable[[Task, int], object]
    members: int
    threads: int


def tasks(device: str, width: int, channels: int, side: int) -> dict[str, Task]:
    """List what is trained: the nets with the losses."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (10_000, side, side, 1), dtype=np.uint8)
    dense, conv = {"name": "dense", "width": width}, {"name": "conv", "channels": channels}
    nets = {"dense": (dense, dense), "DCGAN": (conv | {"normalisation": "batch"}, conv)}
    basis = {"role": {"name": "none"}, "latent": 32, "batch_size": 64, "optimiser": {"name": "adam"}, "stages": [1.0]}
    losses: dict[str, dict[str, Any]] = {"minimax": {"loss": {"name": "minimax"}}, "WGAN-GP": CRITIC}
    return {
        f"{net}, {loss}": Task(basis | rules | {"generator": generator, "discriminator": judge}, images, device)
        for net, (generator, judge) in nets.items()
        for loss, rules in losses.items()
    }


def loops(device: str) -> dict[str, Loop]:
    """List the loops; on a CPU our jobs have one thread each, and the members are shared out to a job per core."""
    cores = os.cpu_count() or 1
    known = {
        "(a) DataLoader": Loop(tutorial, 1, cores),
        "(a) DataLoader, 2 workers": Loop(partial(tutorial, workers=2), 1, cores),
        "(b) tensors at rest": Loop(resident, 1, cores),
        "(c) ours, 1 member": Loop(ours, 1, 1 if device == "cpu" else cores),
    }
    if device == "cpu":
        own = {n: Loop(partial(jobs, count=cores, members=-(-n // cores)), cores * -(-n // cores), 1) for n in (8, 32)}
    else:
        own = {n: Loop(partial(ours, members=n), n, cores) for n in (8, 32)}
    low = own[8]._replace(play=partial(in_bf16, play=own[8].play))
    known |= {f"(c) ours, {loop.members} members": loop for loop in own.values()}
    return known | {f"(c) ours, {low.members} members, bf16": low}


def in_bf16(task: Task, rounds: int, play: Callable[[Task, int], object]) -> None:
    """Play with products in bf16, where a study may ask for that."""
    play(task.at(BF16), rounds)


def jobs(task: Task, rounds: int, count: int, members: int) -> None:
    """Train as many members in each of several processes, one thread each, as Snakemake runs jobs."""
    list(workers(count).map(partial(job, task, members=members), [rounds] * count))


def job(task: Task, rounds: int, members: int) -> None:
    """Train members in a process of its own; what was trained stays there."""
    ours(task, rounds, members)


@cache
def workers(count: int) -> ProcessPoolExecutor:
    """Return the processes, which have torch in memory."""
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,))


class Timed(NamedTuple):
    """One turn of a loop."""

    rate: float  #: rounds a second, of all members together
    setup: float  #: seconds that do not grow with the rounds


def first_rounds(device: str) -> int:
    """Count the rounds in which a loop gets going: on CUDA ours captures its graphs in the first ones."""
    return 1 if device == "cpu" else WARM_UP + 1


def lasting(loop: Loop, task: Task, seconds: float) -> int:
    """Find how many rounds after the first ones take so long: four at least, for the next ones are not as fast yet."""
    first, rounds = first_rounds(task.device), 2
    start = lasted(loop, task, first)
    while (found := lasted(loop, task, first + rounds) - start) < seconds / 2:
        rounds = round(rounds * min(max(seconds / max(found, 1e-9), 2.0), 50.0))
    return max(4, round(rounds * seconds / found))


def timed(loop: Loop, task: Task, rounds: int) -> Timed:
    """Time the first rounds, and those and more, and tell speed from set-up."""
    first = first_rounds(task.device)
    few, many = lasted(loop, task, first), lasted(loop, task, first + rounds)
    rate = rounds / (many - few)
    return Timed(rate * loop.members, max(0.0, few - first / rate))


def lasted(loop: Loop, task: Task, rounds: int) -> float:
    """Time a loop as a whole."""
    torch.set_num_threads(loop.threads)
    synchronise(task.device)
    started = time.perf_counter()
    loop.play(task, rounds)
    synchronise(task.device)
    return time.perf_counter() - started


def measured(name: str, task: Task, turns: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Let the loops take turns of so many seconds, and yield a row for each; ratios are medians over the turns."""
    flops, traffic = flops_per_round(task.member(0)), bytes_per_round(task.member(0))
    known = loops(task.device)
    times: dict[str, list[Timed]] = {loop: [] for loop in known}
    said: dict[str, list[str]] = {}
    rounds = {}
    for loop, own in known.items():
        with warnings_of("aegan") as said[loop]:
            own.play(task, 1)  # what is done once in a process is nobody's
            rounds[loop] = lasting(own, task, seconds)
    for _ in range(turns):
        for loop, own in known.items():
            times[loop].append(timed(own, task, rounds[loop]))
    images = task.moves * task.method["batch_size"]
    for loop, turns_of in times.items():
        rate = median(turn.rate for turn in turns_of)
        ratios = {
            f"over_{key}": median(a.rate / b.rate for a, b in zip(turns_of, times[other], strict=True))
            for key, other in {"a": "(a) DataLoader", "b": "(b) tensors at rest"}.items()
        }
        yield {
            "task": name,
            "loop": loop,
            "members": known[loop].members,
            "threads": known[loop].threads,
            "images_per_second": round(rate * images),
            "turns": [round(turn.rate * images) for turn in turns_of],
            "rounds": rounds[loop],
            "setup_seconds": round(median(turn.setup for turn in turns_of), 3),
            "warnings": sorted(set(said[loop])),  # such as that its rounds were not captured
            "flops_per_second": rate * flops,
            "bytes_per_second": rate * traffic,
            "flops_per_byte": flops / traffic,
        } | {key: round(value, 3) for key, value in ratios.items()}


@contextmanager
def warnings_of(logger: str) -> Iterator[list[str]]:
    """Collect what a logger warns of within the block."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger(logger).addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger(logger).removeHandler(handler)


def machine(device: str) -> str:
    """Say what was measured on."""
    if device == "cpu":
        return f"{platform.machine()}, {os.cpu_count()} cores"
    return torch.cuda.get_device_name(device)


def main() -> None:
    """Measure, write the record, draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of a loop in a turn")
    parser.add_argument("--tasks", default="", help="only those with this in their name")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    known = tasks(given.device, **(CPU if given.device == "cpu" else CUDA))
    chosen = {name: task for name, task in known.items() if given.tasks in name}
    roof = ceilings(given.device)  # before loops of a single thread have been here
    rows = [row for name, task in chosen.items() for row in measured(name, task, given.turns, given.seconds)]
    record = {
        "benchmark": "throughput",
        "device": machine(given.device),
        "torch": torch.__version__,
        "ceilings": roof,
        "rows": rows,
    }
    target = given.results / f"throughput-{given.device}"
    write_json(target.with_suffix(".json"), record)
    write_text(target.with_suffix(".svg"), to_svg(draw(record)))
    write_bytes(target.with_suffix(".png"), to_png(draw(record)))


if __name__ == "__main__":
    main()
