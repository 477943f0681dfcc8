"""Images per second of three loops on the same networks, data and batches, relative to the ceilings of the machine.

    python -m benchmarks.throughput [--device cuda] [--turns 3] [--seconds 4] [--tasks DCGAN]

(a) a tutorial's loop with a DataLoader, (b) a loop on tensors in memory, (c) aegan's with cohorts of several sizes.
Writes benchmarks/results/throughput-{device}.json, .svg and .png. Every loop is run twice in each turn: for its first
rounds alone, and for some seconds more. The difference gives its speed, the rest its set-up time.
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
from benchmarks.loops import Task, play_aegan_loop, play_resident_loop, play_tutorial_loop
from benchmarks.roofline import count_bytes_per_round, measure_ceilings, synchronise
from benchmarks.throughput_figure import draw_throughput

from aegan.figures.style import to_png, to_svg
from aegan.storage import write_bytes, write_json, write_text
from aegan.tables import BF16
from aegan.training.cost import flops_per_round
from aegan.training.validated_engine import WARM_UP_ROUNDS

RESULTS = Path(__file__).parent / "results"
CPU = {"width": 128, "channels": 32, "side": 28}  # the defaults of the networks, on Fashion-MNIST's shape
CUDA = {"width": 512, "channels": 64, "side": 32}
DIGITS_SIDE, DIGITS_WIDTH = 8, 128  # the quickstart's images, and the default width of its networks
MINIMAX = {"loss": {"name": "minimax"}}
CRITIC = {"loss": {"name": "wasserstein"}, "penalty": {"name": "gp"}, "discriminator_moves": 5}
R1 = MINIMAX | {"penalty": {"name": "r1"}}
#: rounds before a loop reaches its speed: in them aegan captures, and tries, the engine that plays the others
FIRST_ROUNDS = WARM_UP_ROUNDS + 1


class Loop(NamedTuple):
    """A loop: the function that plays rounds of a task, its number of members, and its number of threads."""

    play: Callable[[Task, int], object]
    members: int
    threads: int


def make_tasks(device: str, width: int, channels: int, side: int) -> dict[str, Task]:
    """Make the tasks: kinds of networks, each with its losses; those of the digits are the quickstart's.

    Args:
        device: cpu or cuda.
        width: units of a hidden layer of the large dense networks.
        channels: of the first layer of the DCGAN.
        side: height and width of the large images.
    """
    small, dense = ({"name": "dense", "width": each} for each in (DIGITS_WIDTH, width))
    conv = {"name": "conv", "channels": channels}
    losses: dict[str, dict[str, Any]] = {"minimax": MINIMAX, "R1": R1, "WGAN-GP": CRITIC}
    nets = {
        "digits": (small, small, DIGITS_SIDE, losses),
        "dense": (dense, dense, side, ("minimax", "WGAN-GP")),
        "DCGAN": (conv | {"normalisation": "batch"}, conv, side, ("minimax", "WGAN-GP")),
    }
    basis = {"role": {"name": "none"}, "latent": 32, "batch_size": 64, "optimiser": {"name": "adam"}, "stages": [1.0]}
    return {
        f"{net}, {loss}": Task(
            basis | losses[loss] | {"generator": generator, "discriminator": discriminator}, draw_images(size), device
        )
        for net, (generator, discriminator, size, its_losses) in nets.items()
        for loss in its_losses
    }


def draw_images(side: int) -> np.ndarray:
    """Draw random bytes as grey images, uint8 (10000, side, side, 1)."""
    return np.random.default_rng(0).integers(0, 256, (10_000, side, side, 1), dtype=np.uint8)


def list_loops(device: str, *, is_small: bool = True) -> dict[str, Loop]:
    """List the loops; on a CPU aegan has a job of one thread per core, among which the members are divided.

    Large networks train one after the other on a CPU, so that larger cohorts would show nothing but the time they take.
    """
    cores = os.cpu_count() or 1
    known = {
        "(a) DataLoader": Loop(play_tutorial_loop, 1, cores),
        "(a) DataLoader, 2 workers": Loop(partial(play_tutorial_loop, workers=2), 1, cores),
        "(b) tensors at rest": Loop(play_resident_loop, 1, cores),
        "(c) ours, 1 member": Loop(play_aegan_loop, 1, 1 if device == "cpu" else cores),
    }
    if device == "cpu":
        own = {
            n: Loop(partial(train_in_processes, count=cores, members=-(-n // cores)), cores * -(-n // cores), 1)
            for n in ((8, 12, 32) if is_small else (8,))
        }
    else:
        own = {n: Loop(partial(play_aegan_loop, members=n), n, cores) for n in (8, 32)}
    low = own[8]._replace(play=partial(play_in_bf16, play=own[8].play))
    known |= {f"(c) ours, {loop.members} members": loop for loop in own.values()}
    return known | {f"(c) ours, {low.members} members, bf16": low}


def play_in_bf16(task: Task, rounds: int, play: Callable[[Task, int], object]) -> None:
    """Play with products in bf16."""
    play(task.with_precision(BF16), rounds)


def train_in_processes(task: Task, rounds: int, count: int, members: int) -> None:
    """Train members in each of several processes of one thread, as Snakemake runs jobs.

    Args:
        task: the task to train.
        rounds: number of rounds.
        count: number of processes.
        members: members of each process.
    """
    list(start_workers(count).map(partial(train_members, task, members=members), [rounds] * count))


def train_members(task: Task, rounds: int, members: int) -> None:
    """Train members in a process of the pool; they are not sent back."""
    play_aegan_loop(task, rounds, members)


@cache
def start_workers(count: int) -> ProcessPoolExecutor:
    """Start a pool of processes, once for each count."""
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,))


class Timing(NamedTuple):
    """One turn of a loop."""

    rate: float  #: rounds per second, of all members together
    setup: float  #: seconds that do not depend on the rounds


def find_rounds(loop: Loop, task: Task, seconds: float) -> int:
    """Find how many rounds after the first ones take the given seconds; at least four.

    Args:
        loop: the loop.
        task: the task to train.
        seconds: approximate duration.
    """
    rounds = 2
    # the difference of two times of a busy machine may be far too small, or negative: grow by little at a time
    while (found := time_play(loop, task, FIRST_ROUNDS + rounds) - time_play(loop, task, FIRST_ROUNDS)) < seconds / 2:
        rounds = round(rounds * min(max(seconds / max(found, 1e-9), 2.0), 10.0))
    return max(4, round(rounds * seconds / found))


def time_loop(loop: Loop, task: Task, rounds: int) -> Timing:
    """Time the first rounds alone and with further ones, and separate speed from set-up.

    Args:
        loop: the loop.
        task: the task to train.
        rounds: number of further rounds.
    """
    few, many = time_play(loop, task, FIRST_ROUNDS), time_play(loop, task, FIRST_ROUNDS + rounds)
    rate = rounds / (many - few)
    return Timing(rate * loop.members, max(0.0, few - FIRST_ROUNDS / rate))


def time_play(loop: Loop, task: Task, rounds: int) -> float:
    """Return the seconds that a loop takes to play rounds of a task."""
    torch.set_num_threads(loop.threads)
    synchronise(task.device)
    started = time.perf_counter()
    loop.play(task, rounds)
    synchronise(task.device)
    return time.perf_counter() - started


def measure_task(name: str, task: Task, turns: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Time the loops in turns, and yield a row for each; ratios are medians over the turns.

    Args:
        name: name of the task.
        task: the task to train.
        turns: number of turns.
        seconds: approximate duration of a loop in a turn.
    """
    flops, traffic = flops_per_round(task.make_member(0)), count_bytes_per_round(task.make_member(0))
    known = list_loops(task.device, is_small=task.images.shape[1] == DIGITS_SIDE)
    times: dict[str, list[Timing]] = {loop: [] for loop in known}
    warnings: dict[str, list[str]] = {}
    rounds = {}
    for loop, own in known.items():
        with collect_warnings("aegan") as warnings[loop]:
            own.play(task, 1)  # set-up of the process, which is not timed
            rounds[loop] = find_rounds(own, task, seconds)
    for _ in range(turns):
        for loop, own in known.items():
            times[loop].append(time_loop(own, task, rounds[loop]))
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
            "warnings": sorted(set(warnings[loop])),  # for example that no CUDA graph was used
            "flops_per_second": rate * flops,
            "bytes_per_second": rate * traffic,
            "flops_per_byte": flops / traffic,
        } | {key: round(value, 3) for key, value in ratios.items()}


@contextmanager
def collect_warnings(logger: str) -> Iterator[list[str]]:
    """Collect the warnings of a logger within the block."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger(logger).addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger(logger).removeHandler(handler)


def describe_machine(device: str) -> str:
    """Name the processor or GPU."""
    if device == "cpu":
        return f"{platform.machine()}, {os.cpu_count()} cores"
    return torch.cuda.get_device_name(device)


def main() -> None:
    """Measure, write the record, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="approximate duration of a loop in a turn")
    parser.add_argument("--tasks", default="", help="only those with this in their name")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    known = make_tasks(given.device, **(CPU if given.device == "cpu" else CUDA))
    selected = {name: task for name, task in known.items() if given.tasks in name}
    roof = measure_ceilings(given.device)  # before a loop limits the threads
    rows = [row for name, task in selected.items() for row in measure_task(name, task, given.turns, given.seconds)]
    record = {
        "benchmark": "throughput",
        "device": describe_machine(given.device),
        "torch": torch.__version__,
        "ceilings": roof,
        "rows": rows,
    }
    target = given.results / f"throughput-{given.device}"
    write_json(target.with_suffix(".json"), record)
    write_text(target.with_suffix(".svg"), to_svg(draw_throughput(record)))
    write_bytes(target.with_suffix(".png"), to_png(draw_throughput(record)))


if __name__ == "__main__":
    main()
