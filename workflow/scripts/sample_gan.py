"""Generate images or points with trained members; reconstruct and classify the test split with those that can."""

from itertools import chain
from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import make_trained_loader
from aegan.pipeline import job
from aegan.storage import read_array, write_array, write_blocks
from aegan.training.sampling import classify_dataset, generate_chunks, reconstruct_dataset
from aegan.training.trained_games import load_games


def main(
    *,
    train: Path,
    train_labels: Path,
    test: Path,
    weights: Path,
    method: dict[str, Any],
    autoencoder_config: dict[str, Any],
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
    train_dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    test_dataset = ArrayDataset(read_array(test)[: min(sample_count, subset)], device=device)
    trained_autoencoder = make_trained_loader(autoencoder_config, train_dataset, autoencoder_weights, sampler)
    games = load_games(method, train_dataset, seeds, weights, trained_autoencoder)
    count = min(sample_count, len(train_dataset))
    blocks = (generate_chunks(game, seed, count, device) for seed, game in games.items())
    write_blocks(samples, (len(seeds), count), chain.from_iterable(blocks))
    write_array(reconstructions, reconstruct_dataset(games, test_dataset))
    write_array(classes, classify_dataset(games, test_dataset))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
