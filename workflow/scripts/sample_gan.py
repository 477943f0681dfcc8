"""Generate with trained members, reconstruct and classify the test split, and collect qualitative samples."""

from itertools import chain
from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.latent_prior import make_trained_loader
from aegan.evaluation.qualitative import collect_qualitative_samples
from aegan.evaluation.restored_games import TrainedMember
from aegan.pipeline import job
from aegan.storage import read_array, read_json, write_array, write_blocks, write_tensors
from aegan.training.sampling import classify_dataset, generate_chunks, reconstruct_dataset
from aegan.training.trained_games import load_games


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
    sample_count: int,
    subset: int,
    seeds: list[int],
    device: str,
    samples: Path,
    reconstructions: Path,
    classes: Path,
    qualitative_samples: Path,
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
    first = read_json(run)["members"][0]
    member = TrainedMember(method, first["seed"], trained_autoencoder, train_dataset, weights, stages, first["rounds"])
    write_tensors(qualitative_samples, collect_qualitative_samples(member, read_array(test)))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
