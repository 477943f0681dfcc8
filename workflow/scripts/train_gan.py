"""Train a method, one member per seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
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
    data = read_json(manifest)["shards"]["train"]["values_sha256"]
    learned = [file_digest(path) for path in (autoencoder_weights, sampler, train_codes) if path]
    progress = Checkpoints(checkpoints, digest(method, autoencoder_config, probes, code, data, learned))
    dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    trained_autoencoder = make_trained_loader(autoencoder_config, dataset, autoencoder_weights, sampler)
    codes = make_codes_loader(train_codes, seeds, device)
    make_member = gan_member_factory(method, probes, dataset, codes, trained_autoencoder)
    cohort = train_cohort(seeds, method["rounds"], make_member, progress)
    facts = {"config": method, "code": code, "data": data, "device": device}
    write_training(cohort, names, facts, weights, training, run, stages)
    progress.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
