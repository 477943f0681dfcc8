"""Show what the first member of a cohort makes: through its training, between codes, and beside its train data."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import trained_by_seed
from aegan.evaluation.qualitative import Kept, exhibit
from aegan.pipeline import job
from aegan.storage import read_array, read_json, write_tensors


def main(
    *,
    train_images: Path,
    labels: Path,
    test_images: Path,
    weights: Path,
    stages: Path,
    run: Path,
    chosen: dict[str, Any],
    autoencoder: dict[str, Any],
    device: str,
    shown: Path,
    autoencoder_weights: Path | None = None,
    sampler: Path | None = None,
) -> None:
    rows = ArrayDataset(read_array(train_images), read_array(labels), device)
    trained = trained_by_seed(autoencoder, rows, autoencoder_weights, sampler)
    first = read_json(run)["members"][0]
    member = Kept(chosen, first["seed"], trained, rows, weights, stages, first["rounds"])
    write_tensors(shown, exhibit(member, read_array(test_images)))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
