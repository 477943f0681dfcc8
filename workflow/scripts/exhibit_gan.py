"""Collect samples of the first seed of a method: over training, between codes, and beside their nearest train data."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import make_trained_loader
from aegan.evaluation.qualitative import collect_qualitative_samples
from aegan.evaluation.restored_games import TrainedMember
from aegan.pipeline import job
from aegan.storage import read_array, read_json, write_tensors


def main(
    *,
    train: Path,
    train_labels: Path,
    test: Path,
    weights: Path,
    stages: Path,
    run: Path,
    method: dict[str, Any],
    autoencoder_config: dict[str, Any],
    device: str,
    qualitative_samples: Path,
    autoencoder_weights: Path | None = None,
    sampler: Path | None = None,
) -> None:
    dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    trained_autoencoder = make_trained_loader(autoencoder_config, dataset, autoencoder_weights, sampler)
    first = read_json(run)["members"][0]
    member = TrainedMember(method, first["seed"], trained_autoencoder, dataset, weights, stages, first["rounds"])
    write_tensors(qualitative_samples, collect_qualitative_samples(member, read_array(test)))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
