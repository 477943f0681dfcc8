"""Time and peak memory of the evaluation by the number of samples, each count in a separate process.

    python benchmarks/evaluation.py [--counts 10000 100000] [--side 28] [--test 10000]

Prints JSON. Samples are generated, features of real data stored, the floor measured and one member evaluated in both
feature spaces, from file to file as in the rules; there are as many train data as samples. Memory is that of the
process itself, without the pages of mapped files, which the system can reclaim.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from aegan.data.array_dataset import ArrayDataset
from aegan.data.mmap import read_mapped, write_mapped
from aegan.evaluation.feature_spaces import (
    PREDICTED_CLASSES,
    PredictedClass,
    compute_reference_blocks,
    make_feature_nets,
)
from aegan.evaluation.quality_floor import measure_floor
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.games.game import Game
from aegan.storage import read_array, write_blocks
from aegan.training.sampling import generate_chunks

CLASSES = 10


def main() -> None:
    """Measure every count in a separate process, and compute the ratios of the last to the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--side", type=int, default=28)
    parser.add_argument("--test", type=int, default=10_000)
    parser.add_argument("--subset", type=int, default=10_000, help="rows that are compared pair by pair")
    parser.add_argument("--child", type=Path, help="the folder of a child process")
    given = parser.parse_args()
    if given.child:
        print(json.dumps(time_evaluation(given.child, given.counts[0], given.test, given.side, given.subset)))  # noqa: T201
        return
    runs = [measure_in_new_process(count, given.test, given.side, given.subset) for count in given.counts]
    ratio = {key: round(runs[-1][key] / runs[0][key], 3) for key in ("cpu_seconds", "peak_mb")}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, one thread"
    print(json.dumps({"benchmark": "evaluation", "machine": machine, "runs": runs, "ratio": ratio}, indent=1))  # noqa: T201


def measure_in_new_process(count: int, test: int, side: int, subset: int) -> dict[str, Any]:
    """Run `time_evaluation` in a new process.

    Args:
        count: samples and train images.
        test: test images.
        side: side of an image, in pixels.
        subset: rows that are compared pair by pair.

    Returns:
        Samples, seconds, peak memory in MB, and (seconds, CPU seconds) by step.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", folder, "--counts", str(count)]
        command += ["--side", str(side), "--test", str(test), "--subset", str(subset)]
        one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=one_thread) as child:
            peak = 0
            while child.poll() is None:
                peak = max(peak, count_private_pages(child.pid))
                time.sleep(0.002)
            assert child.stdout is not None
            assert child.returncode == 0
            steps = json.loads(child.stdout.read())
    seconds, cpu_seconds = (round(sum(times), 2) for times in zip(*steps.values(), strict=True))
    peak_mb = round(peak * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
    return {"samples": count, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak_mb, "steps": steps}


def count_private_pages(process: int) -> int:
    """Count the resident pages of a process that are backed by no file; 0 once it has ended."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text("ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(resident) - int(shared)


def time_evaluation(folder: Path, count: int, test: int, side: int, subset: int) -> dict[str, tuple[float, float]]:
    """Generate data and samples, and evaluate; return the seconds and CPU seconds of each step.

    Args:
        folder: folder of the files.
        count: samples and train images.
        test: test images.
        side: side of an image, in pixels.
        subset: rows that are compared pair by pair.
    """
    for seed, (name, rows) in enumerate({"train": count, "test": test}.items()):
        write_blocks(folder / f"{name}.npy", (rows,), generate_chunks(make_stripes_game(side), seed, rows, "cpu"))
    train, held_out = (ArrayDataset(read_array(folder / f"{name}.npy")) for name in ("train", "test"))
    nets = make_feature_nets((1, side, side), CLASSES)
    whole = nets["classifier"]
    nets |= {
        "classifier": whole.get_submodule("features"),
        PREDICTED_CLASSES: torch.nn.Sequential(whole, PredictedClass()),
    }

    def sample() -> None:
        write_blocks(folder / "samples.npy", (1, count), generate_chunks(make_stripes_game(side), 2, count, "cpu"))

    def keep() -> None:
        write_mapped(folder / "reference.safetensors", compute_reference_blocks(nets, train, held_out))

    def evaluate() -> None:
        reference, samples = read_mapped(folder / "reference.safetensors"), read_array(folder / "samples.npy")
        evaluate_cohort(nets, [0], samples, samples[:, :0], held_out, reference, floors[0], subset)

    floors = []
    steps = {
        "sample": sample,
        "keep features of real data": keep,
        "floor": lambda: floors.append(measure_floor(read_mapped(folder / "reference.safetensors"), count, subset)),
        "evaluate": evaluate,
    }
    return dict(time_steps(steps))


def time_steps(steps: dict[str, Any]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Run the steps one after the other, and yield the name, seconds and CPU seconds of each."""
    for name, step in steps.items():
        started = time.perf_counter(), time.process_time()
        step()
        yield name, (round(time.perf_counter() - started[0], 2), round(time.process_time() - started[1], 2))


def make_stripes_game(side: int) -> Game:
    """Make a game that generates images (n, 1, side, side) of stripes with a random direction and phase."""
    across, down = torch.meshgrid(torch.linspace(-1, 1, side), torch.linspace(-1, 1, side), indexing="ij")

    def generate(count: int, rng: torch.Generator) -> Tensor:
        angle, phase = torch.rand(2, count, 1, 1, 1, generator=rng) * torch.pi
        waves = torch.sin(4 * (across * angle.cos() + down * angle.sin()) + phase)
        return (waves + 1) / 2 + 0.05 * torch.randn(waves.shape, generator=rng)

    return Game(players=(), generate=generate)


if __name__ == "__main__":
    main()
