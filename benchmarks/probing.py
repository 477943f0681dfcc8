"""The cost of probing: the time of a training with probes, relative to the same training without them.

    python -m benchmarks.probing [--method gan] [--repeats 5]

Prints JSON. Both trainings start and end with the same weights; they take turns, so that a machine that slows down
slows both.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path
from statistics import median

import torch

from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.training.cohort import train
from aegan.training.member_factory import gan_member_factory


def main() -> None:
    """Time both trainings in turns and print the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", default="gan", help="a method of config.yaml that needs no autoencoder")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    config = load_config(merge_config_files([Path("config/config.yaml")]))
    method = config.resolve_params("methods", given.method)
    dataset = ArrayDataset(Digits().load([]).values)
    make_member = gan_member_factory(
        method, config.resolve_params("probes"), dataset, lambda _seed: dataset, lambda _seed: None
    )

    def seconds(probed: bool) -> float:
        member, observers = make_member(0)
        started = time.perf_counter()
        train(member, method["rounds"], observers if probed else [])
        return time.perf_counter() - started

    pairs = [(seconds(probed=True), seconds(probed=False)) for _ in range(given.repeats)]
    record = {
        "benchmark": "probing",
        "machine": f"{platform.machine()}, one thread",
        "torch": torch.__version__,
        "rounds": method["rounds"],
        "probed_seconds": [round(probed, 3) for probed, _ in pairs],
        "plain_seconds": [round(plain, 3) for _, plain in pairs],
        "ratio": round(median(probed / plain for probed, plain in pairs), 3),
    }
    print(json.dumps(record, indent=1))  # noqa: T201 - its output is its purpose


if __name__ == "__main__":
    main()
