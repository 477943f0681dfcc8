"""Peak resident memory of a training on memory-mapped arrays of several sizes: does it grow with the data?

    python -m benchmarks.memory [--gigabytes 0.1 1 4 20]

Writes benchmarks/results/memory.json. The data are sparse files: they take no space on the disk and are read like
any memory map. Pages of a map that the kernel caches do not belong to the process, so its own memory (RssAnon) is also
reported.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from aegan.storage import read_array, write_json

RESULTS = Path(__file__).parent / "results"
SIDE, ROUNDS = 32, 100


def make_sparse_images(target: Path, gigabytes: float) -> Path:
    """Make a .npy of uint8 (N, SIDE, SIDE, 1) whose pages are holes."""
    rows = int(gigabytes * 2**30 / SIDE**2)
    np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=(rows, SIDE, SIDE, 1)).flush()
    return target


def measure_training(images: Path) -> dict[str, int]:
    """Train a small dense GAN on a memory map, and return the process's memory in bytes."""
    from benchmarks.loops import Task, play_aegan_loop

    dense = {"name": "dense", "width": 32}
    method: dict[str, Any] = {"role": {"name": "none"}, "loss": {"name": "minimax"}, "latent": 8, "batch_size": 64}
    nets = {"generator": dense, "discriminator": dense, "optimiser": {"name": "adam"}, "stages": [1.0]}
    data = read_array(images)
    play_aegan_loop(Task(method | nets, data), ROUNDS)
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    own = next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) * 1024
    return {"data": data.nbytes, "largest": largest, "own": own}


def measure_in_new_process(gigabytes: float) -> dict[str, int]:
    """Train in a new process on data of a size, and return its memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        images = make_sparse_images(Path(folder) / "images.npy", gigabytes)
        command = [sys.executable, "-m", "benchmarks.memory", "--train", str(images)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure each size, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, nargs="*", default=[0.1, 1.0, 4.0, 20.0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.train:
        print(json.dumps(measure_training(given.train)))  # noqa: T201 - read by the parent process
    else:
        rows = [measure_in_new_process(size) for size in given.gigabytes]
        write_json(given.results / "memory.json", {"benchmark": "memory", "rounds": ROUNDS, "rows": rows})


if __name__ == "__main__":
    main()
