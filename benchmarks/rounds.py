"""Milliseconds of a round, per member: a bare loop of the same game, our eager engine, and the engine that is selected.

    python -m benchmarks.rounds [--turns 3] [--seconds 4] [--tasks digits]

One process of one thread. The tasks are methods of config.yaml on the digits, and one with small convolutions. The bare
loop is benchmarks/bare_loop.py; the selected engine trains cohorts of several sizes, without probes. Writes
benchmarks/results/rounds.json. Each loop is timed as in benchmarks/throughput.py, in turns.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch
from benchmarks.bare_loop import play_bare_loop
from benchmarks.loops import Task, play_aegan_loop
from benchmarks.throughput import RESULTS, Loop, collect_warnings, find_rounds, time_loop

from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.digits import Digits
from aegan.storage import write_json
from aegan.training.cohort import train

CONFIG = Path("config/config.yaml")
#: members of the cohorts
MEMBERS = (1, 5, 12)
CONV = {"name": "conv", "channels": 8}


def make_tasks() -> dict[str, Task]:
    """Make the tasks: methods of the config, all of role `none`, on the digits."""
    config = load_config(merge_config_files([CONFIG]))
    methods = {name: config.resolve_params("methods", name) for name in ("gan", "gan_r1", "wgan_gp")}
    methods["small conv"] = methods["gan"] | {"generator": CONV, "discriminator": CONV}
    images = Digits().load([]).values
    return {name: Task(method, images) for name, method in methods.items()}


def play_eager_loop(task: Task, rounds: int) -> None:
    """Train one member with the eager engine."""
    train(task.make_member(0), rounds, [])


LOOPS = {
    "bare loop": Loop(lambda task, rounds: play_bare_loop(task.make_member(0), rounds), 1, 1),
    "eager engine": Loop(play_eager_loop, 1, 1),
} | {f"selected engine, {n} members": Loop(partial(play_aegan_loop, members=n), n, 1) for n in MEMBERS}


def measure_rounds(task: Task, turns: int, seconds: float, loops: Mapping[str, Loop] = LOOPS) -> dict[str, Any]:
    """Time the loops in turns: loop -> milliseconds of a round per member, its ratio to the first loop, and warnings.

    Args:
        task: what is trained.
        turns: number of turns.
        seconds: approximate duration of a loop in a turn.
        loops: name -> loop; the first is what the others are compared with.
    """
    warnings: dict[str, list[str]] = {}
    rounds = {}
    for name, loop in loops.items():
        with collect_warnings("aegan") as warnings[name]:
            rounds[name] = find_rounds(loop, task, seconds)
    times = [{name: time_loop(loop, task, rounds[name]) for name, loop in loops.items()} for _ in range(turns)]
    first = next(iter(loops))
    return {
        name: {
            "milliseconds": round(median(1e3 / turn[name].rate for turn in times), 3),
            "over_bare": round(median(turn[first].rate / turn[name].rate for turn in times), 3),
            "setup_seconds": round(median(turn[name].setup for turn in times), 2),
            "warnings": sorted(set(warnings[name])),  # for example that the eager engine is used
        }
        for name in loops
    }


def main() -> None:
    """Measure and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="approximate duration of a loop in a turn")
    parser.add_argument("--tasks", default="", help="only those with this in their name")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    about = {"benchmark": "rounds", "machine": f"{platform.machine()}, one thread", "torch": torch.__version__}
    tasks: dict[str, Any] = {}
    for name, task in make_tasks().items():
        if given.tasks in name:
            tasks[name] = measure_rounds(task, given.turns, given.seconds)
            write_json(given.results / "rounds.json", about | {"tasks": tasks})  # an interrupted run keeps the rest


if __name__ == "__main__":
    main()
