"""Train fresh discriminators against the frozen generators of a method, and measure its game dynamics."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.diagnosis import probe_frozen_generators
from aegan.evaluation.game_dynamics import measure_dynamics
from aegan.evaluation.latent_prior import make_codes_loader, make_trained_loader
from aegan.evaluation.restored_games import TrainedMethod
from aegan.pipeline import job
from aegan.provenance import digest, file_digest
from aegan.storage import read_array
from aegan.tables import prepend_columns, write_table
from aegan.training.checkpoint import Checkpoints


def main(
    *,
    train: Path,
    train_labels: Path,
    stages: Path,
    method: dict[str, Any],
    autoencoder_config: dict[str, Any],
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
    train_codes: Path | None = None,
) -> None:
    dataset = ArrayDataset(read_array(train), read_array(train_labels), device)
    trained_autoencoder = make_trained_loader(autoencoder_config, dataset, autoencoder_weights, sampler)
    codes = make_codes_loader(train_codes, seeds, device)
    trained_method = TrainedMethod(method, dataset, codes, trained_autoencoder, stages)
    progress = Checkpoints(checkpoints, digest(method, diagnosis, code, file_digest(stages)))
    probed = probe_frozen_generators(trained_method, diagnosis, seeds, progress)
    write_table(probe, prepend_columns(probed, names))
    write_table(dynamics, prepend_columns(measure_dynamics(trained_method, diagnosis, seeds), names))
    progress.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
