"""Train one method, one member per seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import codes_by_seed, trained_by_seed
from aegan.pipeline import job
from aegan.provenance import digest, file_digest
from aegan.storage import read_array, read_json
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import gan_recruits
from aegan.training.outputs import write_training


def main(
    *,
    images: Path,
    labels: Path,
    manifest: Path,
    chosen: dict[str, Any],
    autoencoder: dict[str, Any],
    probes: dict[str, Any],
    checkpoints: str,
    names: dict[str, str],
    seeds: list[int],
    code: str,
    device: str,
    weights: Path,
    stages: Path,
    training: Path,
    run: Path,
    autoencoder_weights: Path | None = None,
    sampler: Path | None = None,
    codes: Path | None = None,
) -> None:
    data = read_json(manifest)["shards"]["train"]["values_sha256"]
    learned = [file_digest(path) for path in (autoencoder_weights, sampler, codes) if path]
    kept = Checkpoints(checkpoints, digest(chosen, autoencoder, probes, code, data, learned))
    rows = ArrayDataset(read_array(images), read_array(labels), device)
    trained = trained_by_seed(autoencoder, rows, autoencoder_weights, sampler)
    recruit = gan_recruits(chosen, probes, rows, codes_by_seed(codes, seeds, device), trained)
    cohort = train_cohort(seeds, chosen["rounds"], recruit, kept)
    about = {"config": chosen, "code": code, "data": data, "device": device}
    write_training(cohort, names, about, weights, training, run, stages)
    kept.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
