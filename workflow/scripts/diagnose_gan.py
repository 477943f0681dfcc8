"""Set fresh discriminators against a method's frozen generators, and measure how its game turns."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.diagnosis import Patient, against_fresh, turning
from aegan.evaluation.latent_prior import codes_by_seed, trained_by_seed
from aegan.pipeline import job
from aegan.provenance import digest, file_digest
from aegan.storage import read_array
from aegan.tables import named, write_table
from aegan.training.checkpoint import Checkpoints


def main(
    *,
    images: Path,
    labels: Path,
    stages: Path,
    chosen: dict[str, Any],
    autoencoder: dict[str, Any],
    diagnosis: dict[str, Any],
    checkpoints: str,
    names: dict[str, str],
    seeds: list[int],
    code: str,
    device: str,
    probe: Path,
    dynamics: Path,
    autoencoder_weights: Path | None = None,
    sampler: Path | None = None,
    codes: Path | None = None,
) -> None:
    rows = ArrayDataset(read_array(images), read_array(labels), device)
    trained = trained_by_seed(autoencoder, rows, autoencoder_weights, sampler)
    patient = Patient(chosen, rows, codes_by_seed(codes, seeds, device), trained, stages)
    fingerprint = digest(chosen, diagnosis, code, file_digest(stages))
    kept = Checkpoints(checkpoints, fingerprint)
    write_table(probe, named(against_fresh(patient, diagnosis, seeds, kept.below), names))
    write_table(dynamics, named(turning(patient, diagnosis, seeds), names))
    kept.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
