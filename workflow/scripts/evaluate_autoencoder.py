"""Measure the reconstructions and the codes of an autoencoder, and project its codes for the report."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.autoencoder_quality import evaluate_autoencoder
from aegan.evaluation.code_quality import CohortCodes
from aegan.pipeline import job
from aegan.storage import read_array, write_array
from aegan.tables import prepend_columns, write_table


def main(
    *,
    test: Path,
    train_labels: Path,
    test_labels: Path,
    train_codes: Path,
    test_codes: Path,
    autoencoder_weights: Path,
    autoencoder_config: dict[str, Any],
    sample_count: int,
    names: dict[str, str],
    seeds: list[int],
    device: str,
    quality: Path,
    reconstructions: Path,
    projection: Path,
) -> None:
    dataset = ArrayDataset(read_array(test)[:sample_count], read_array(test_labels)[:sample_count], device)
    codes = CohortCodes(read_array(train_codes), read_array(train_labels), read_array(test_codes)[:, :sample_count])
    measured = evaluate_autoencoder(autoencoder_config, seeds, autoencoder_weights, dataset, codes)
    write_array(reconstructions, measured.reconstructions)
    for target, table in ((quality, measured.quality), (projection, measured.projection)):
        write_table(target, prepend_columns(table, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
