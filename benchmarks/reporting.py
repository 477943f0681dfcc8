"""What a report of a hundred runs costs: the seconds of the jobs that make it, and the bytes of its page.

    python benchmarks/reporting.py [--seeds 0-9] [--cores 2]

Prints JSON. Ten methods are really trained, for a moment, on pictures of 28 × 28 with the grain of photographs, and
everything up to the report is made by Snakemake, whose own benchmarks hold the times. What is there already is not made
again, but for the report.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from sklearn.datasets import load_digits

NAME, PICTURES, OVERLAY = "hundred_runs", Path("data/raw/hundred_runs.npz"), Path("results/hundred_runs.yaml")
JOBS = ("tabulate", "draw", "grade", "write_report")
METHODS = ["gan", "article", "latent", "warm_start", "gan_r1", "decoded", "vae_gan", "bigan", "aae", "ebgan"]


def main() -> None:
    """Make the report and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-9")
    parser.add_argument("--cores", default="2")
    given = parser.parse_args()
    prepare(given.seeds)
    command = ["snakemake", "--cores", given.cores, "--configfile", str(OVERLAY)]
    subprocess.run([*command, "--forcerun", *JOBS], check=True)
    report = Path("reports") / NAME
    seconds = {job: float(pd.read_csv(f"logs/benchmarks/{job}/{NAME}.tsv", sep="\t")["s"].iloc[0]) for job in JOBS}
    numbers = {
        "runs": len(pd.read_csv(report / "verdicts.csv")[["method", "seed"]].drop_duplicates()),
        "seconds": seconds,
        "total_seconds": round(sum(seconds.values()), 1),
        "page_bytes": (report / "index.html").stat().st_size,
        "machine": platform.processor() or platform.machine(),
    }
    print(json.dumps(numbers, indent=2))  # noqa: T201


def prepare(seeds: str) -> None:
    """Write the pictures and the study."""
    if not PICTURES.exists():
        digits = load_digits()
        large = np.pad(digits.images.repeat(3, axis=1).repeat(3, axis=2) * 15, ((0, 0), (2, 2), (2, 2)))
        grain = np.random.default_rng(0).normal(scale=12, size=large.shape)
        np.savez(PICTURES, images=np.uint8(np.clip(large + grain, 0, 255)), labels=digits.target)
    study = {
        "study": {"name": NAME, "datasets": [NAME], "methods": METHODS, "seeds": seeds, "block": 10},
        "datasets": {NAME: {"source": {"name": "npy", "path": str(PICTURES)}}},
        "autoencoders": {"article": {"epochs": 2}, "dense": {"epochs": 2}},
        "gan": {"rounds": 20},
        "probes": {"batches": 1},
        "diagnosis": {"discriminator_steps": 12, "batches": 2, "eigenvalues": 10},
        "evaluation": {"samples": 200, "classifier_epochs": 1},
        "reproductions": {"dirac": {"result": {"name": "dirac", "rounds": 50}}},
    }
    OVERLAY.parent.mkdir(exist_ok=True)
    OVERLAY.write_text(yaml.safe_dump(study), encoding="utf-8")


if __name__ == "__main__":
    main()
