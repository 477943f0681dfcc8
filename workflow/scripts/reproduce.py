"""Measure what a published result is about, seed by seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.pipeline import job
from aegan.reproductions.grading import World
from aegan.reproductions.registry import measured_by_seed
from aegan.storage import read_array
from aegan.tables import write_table


def main(
    *,
    chosen: dict[str, Any],
    seeds: list[int],
    device: str,
    measured: Path,
    train: Path | None = None,
    test: Path | None = None,
    train_labels: Path | None = None,
    test_labels: Path | None = None,
) -> None:
    splits = [
        ArrayDataset(read_array(x), read_array(y), device)
        for x, y in ((train, train_labels), (test, test_labels))
        if x and y
    ]
    write_table(measured, measured_by_seed(chosen, seeds, World(*splits) if splits else None))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
