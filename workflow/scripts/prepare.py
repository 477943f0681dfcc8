"""Turn a data set's raw files into uint8 shards, a train/test split and a manifest."""

from pathlib import Path
from typing import Any

from aegan import job
from aegan.catalogue import build
from aegan.data.shards import prepare
from aegan.data.sources import SOURCES
from aegan.storage import write_array, write_json


def main(
    *,
    files: list[Path],
    dataset_config: dict[str, Any],
    train: Path,
    test: Path,
    train_labels: Path,
    test_labels: Path,
    manifest: Path,
) -> None:
    images = build(SOURCES, dataset_config["source"]).load(files)
    prepared = prepare(images, **dataset_config)
    for target, array in zip((train, test, train_labels, test_labels), prepared, strict=False):
        write_array(target, array)
    write_json(manifest, prepared.manifest)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
