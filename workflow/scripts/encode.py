"""Encode both splits with each seed's autoencoder, and fit a prior on the codes of the train split."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import encode_cohort
from aegan.pipeline import job
from aegan.storage import read_array, write_array
from aegan.training.checkpoint import save_weights


def main(
    *,
    train_images: Path,
    test_images: Path,
    weights: Path,
    chosen: dict[str, Any],
    latents: dict[str, Any],
    seeds: list[int],
    device: str,
    train: Path,
    test: Path,
    sampler: Path,
) -> None:
    images = [ArrayDataset(read_array(path), device=device) for path in (train_images, test_images)]
    codes, priors = encode_cohort(seeds, chosen, latents["sampler"], weights, *images)
    write_array(train, codes[0])
    write_array(test, codes[1])
    save_weights(sampler, priors)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
