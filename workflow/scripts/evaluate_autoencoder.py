"""Measure the reconstructions and the codes of one autoencoder, and project its codes for the report."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.code_quality import Codes
from aegan.evaluation.sample_quality import evaluate_autoencoder
from aegan.pipeline import job
from aegan.storage import read_array, write_array
from aegan.tables import named, write_table


def main(
    *,
    test: Path,
    train_labels: Path,
    test_labels: Path,
    train_codes: Path,
    test_codes: Path,
    weights: Path,
    chosen: dict[str, Any],
    sample_count: int,
    names: dict[str, str],
    seeds: list[int],
    device: str,
    quality: Path,
    reconstructions: Path,
    projection: Path,
) -> None:
    rows = ArrayDataset(read_array(test)[:sample_count], read_array(test_labels)[:sample_count], device)
    codes = Codes(read_array(train_codes), read_array(train_labels), read_array(test_codes)[:, :sample_count])
    measured = evaluate_autoencoder(chosen, seeds, weights, rows, codes)
    write_array(reconstructions, measured.reconstructions)
    for target, table in ((quality, measured.quality), (projection, measured.projection)):
        write_table(target, named(table, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
