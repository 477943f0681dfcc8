"""Encode both splits with the autoencoder of each seed, and fit a prior to the train codes."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import encode_cohort
from aegan.pipeline import job
from aegan.storage import read_array, write_array
from aegan.training.weights import save_weights


def main(
    *,
    train: Path,
    test: Path,
    autoencoder_weights: Path,
    autoencoder_config: dict[str, Any],
    latents: dict[str, Any],
    seeds: list[int],
    device: str,
    train_codes: Path,
    test_codes: Path,
    sampler: Path,
) -> None:
    datasets = [ArrayDataset(read_array(path), device=device) for path in (train, test)]
    codes, priors = encode_cohort(seeds, autoencoder_config, latents["sampler"], autoencoder_weights, *datasets)
    write_array(train_codes, codes[0])
    write_array(test_codes, codes[1])
    save_weights(sampler, priors)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
