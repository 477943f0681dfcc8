"""Train one autoencoder, one member per seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.pipeline import job
from aegan.provenance import digest
from aegan.storage import read_array, read_json
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import autoencoder_recruits
from aegan.training.outputs import write_training


def main(
    *,
    images: Path,
    manifest: Path,
    chosen: dict[str, Any],
    probes: dict[str, Any],
    checkpoints: str,
    names: dict[str, str],
    seeds: list[int],
    code: str,
    device: str,
    weights: Path,
    training: Path,
    run: Path,
) -> None:
    data = read_json(manifest)["shards"]["train"]["values_sha256"]
    kept = Checkpoints(checkpoints, digest(chosen, probes, code, data))
    recruit, rounds = autoencoder_recruits(chosen, probes, ArrayDataset(read_array(images), device=device))
    cohort = train_cohort(seeds, rounds, recruit, kept)
    about = {"config": chosen, "code": code, "data": data, "device": device}
    write_training(cohort, names, about, weights, training, run)
    kept.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
