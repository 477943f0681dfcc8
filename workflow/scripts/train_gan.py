"""Train a method, one member per seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.data.trained_data import describe_training_data
from aegan.evaluation.latent_prior import make_codes_loader, make_trained_loader
from aegan.pipeline import job
from aegan.provenance import digest, file_digest
from aegan.storage import read_array, read_json
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import gan_member_factory
from aegan.training.outputs import write_training


def main(
    *,
    train: Path,
    train_labels: Path,
    manifest: Path,
    method: dict[str, Any],
    autoencoder_config: dict[str, Any],
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
    train_codes: Path | None = None,
) -> None:
    trained_on = describe_training_data(read_json(manifest))
    learned = [file_digest(path) for path in (autoencoder_weights, sampler, train_codes) if path]
    progress = Checkpoints(checkpoints, digest(method, autoencoder_config, probes, code, trained_on["data"], learned))
    dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    trained = make_trained_loader(autoencoder_config, dataset, autoencoder_weights, sampler)
    make_member = gan_member_factory(method, probes, dataset, make_codes_loader(train_codes, seeds, device), trained)
    cohort = train_cohort(seeds, method["rounds"], make_member, progress)
    facts = {"config": method, "code": code, "device": device, **trained_on}
    write_training(cohort, names, facts, weights, training, run, stages)
    progress.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
