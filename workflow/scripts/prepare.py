"""Make the train and test split and the manifest of a data set from its raw files, if it has any."""

import logging
from pathlib import Path
from typing import Any

from aegan.data.shards import prepare_shards
from aegan.data.sources import SOURCES
from aegan.data.sufficiency import DataNeeds, refuse_shortages
from aegan.pipeline import job
from aegan.pipeline.raw_files import write_listing
from aegan.registry import build
from aegan.storage import write_array, write_json

log = logging.getLogger("aegan")


def main(
    *,
    fetched: list[Path],
    dataset_config: dict[str, Any],
    train: Path,
    test: Path,
    train_labels: Path,
    test_labels: Path,
    manifest: Path,
    listing: Path,
    names: dict[str, str],
    needed_train_rows: int,
    needed_test_rows: int,
    needs_labels: int,
) -> None:
    source = build(SOURCES, dataset_config["source"])
    files = source.list_files()
    data = source.load(fetched or files)
    for line in data.describe():
        log.info("%s", line)
    prepared = prepare_shards(data, **dataset_config)
    refuse_shortages(names["dataset"], prepared, DataNeeds(needed_train_rows, needed_test_rows, bool(needs_labels)))
    for target, array in zip((train, test, train_labels, test_labels), prepared, strict=False):
        write_array(target, array)
    write_json(manifest, prepared.manifest)
    write_listing(listing, files)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
