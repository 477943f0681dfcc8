"""Measure the quantities of a published result, seed by seed."""

from pathlib import Path
from typing import Any

from aegan.data.array_dataset import ArrayDataset
from aegan.pipeline import job
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.registry import measure_by_seed
from aegan.storage import read_array
from aegan.tables import write_table


def main(
    *,
    reproduction: dict[str, Any],
    seeds: list[int],
    device: str,
    measured: Path,
    train: Path | None = None,
    test: Path | None = None,
    train_labels: Path | None = None,
    test_labels: Path | None = None,
) -> None:
    splits = [
        ArrayDataset(read_array(images), read_array(labels), device)
        for images, labels in ((train, train_labels), (test, test_labels))
        if images and labels
    ]
    data = ReproductionData(*splits) if splits else None
    write_table(measured, measure_by_seed(reproduction, seeds, data))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
