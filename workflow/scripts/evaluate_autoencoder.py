"""Measure the reconstructions of one autoencoder, and project its codes to two dimensions for the report."""

from pathlib import Path
from typing import Any

from aegan import job
from aegan.evaluation import evaluate_autoencoder
from aegan.storage import named, read_array, write_array, write_table
from aegan.training.stream import Rows


def main(
    *,
    test: Path,
    test_labels: Path,
    codes: Path,
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
    rows = Rows(read_array(test)[:sample_count], read_array(test_labels)[:sample_count], device)
    measured = evaluate_autoencoder(chosen, seeds, weights, rows, read_array(codes)[:, :sample_count])
    write_array(reconstructions, measured.reconstructions)
    for target, table in ((quality, measured.quality), (projection, measured.projection)):
        write_table(target, named(table, names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
