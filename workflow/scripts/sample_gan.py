"""Generate new images or points with trained members; reconstruct and classify the test split with those that can."""

from itertools import chain
from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import trained_by_seed
from aegan.pipeline import job
from aegan.storage import read_array, write_array, write_blocks
from aegan.training.sampling import chunks, classified, reconstructed
from aegan.training.trained_games import load_games


def main(
    *,
    train_images: Path,
    labels: Path,
    test_images: Path,
    weights: Path,
    chosen: dict[str, Any],
    autoencoder: dict[str, Any],
    sample_count: int,
    subset: int,
    seeds: list[int],
    device: str,
    samples: Path,
    reconstructions: Path,
    classes: Path,
    autoencoder_weights: Path | None = None,
    sampler: Path | None = None,
) -> None:
    train = ArrayDataset(read_array(train_images), read_array(labels), device)
    test = ArrayDataset(read_array(test_images)[: min(sample_count, subset)], device=device)
    trained = trained_by_seed(autoencoder, train, autoencoder_weights, sampler)
    games = load_games(chosen, train, seeds, weights, trained)
    count = min(sample_count, len(train))
    made = chain.from_iterable(chunks(game, seed, count, device) for seed, game in games.items())
    write_blocks(samples, (len(seeds), count), made)
    write_array(reconstructions, reconstructed(games, test))
    write_array(classes, classified(games, test))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
