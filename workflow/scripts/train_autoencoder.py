"""Train an autoencoder, one member per seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.data.trained_data import describe_training_data
from aegan.pipeline import job
from aegan.provenance import digest
from aegan.storage import read_array, read_json
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import autoencoder_member_factory
from aegan.training.outputs import write_training


def main(
    *,
    train: Path,
    manifest: Path,
    autoencoder_config: dict[str, Any],
    probes: dict[str, Any],
    checkpoints: str,
    names: dict[str, str],
    seeds: list[int],
    code: str,
    device: str,
    autoencoder_weights: Path,
    training: Path,
    run: Path,
) -> None:
    trained_on = describe_training_data(read_json(manifest))
    progress = Checkpoints(checkpoints, digest(autoencoder_config, probes, code, trained_on["data"]))
    dataset = ArrayDataset(read_array(train), device=device)
    make_member, rounds = autoencoder_member_factory(autoencoder_config, probes, dataset)
    cohort = train_cohort(seeds, rounds, make_member, progress)
    facts = {"config": autoencoder_config, "code": code, "device": device, **trained_on}
    write_training(cohort, names, facts, autoencoder_weights, training, run)
    progress.discard()


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
