"""Fetch the raw files of a data set that is not the user's own."""

from pathlib import Path
from typing import Any

from aegan import job
from aegan.catalogue import build
from aegan.data.sources import SOURCES


def main(*, source: dict[str, Any], files: list[Path]) -> None:
    build(SOURCES, source).fetch(files[0].parent)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
