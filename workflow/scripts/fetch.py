"""Download the raw files of a public data set."""

from pathlib import Path
from typing import Any

from aegan.data.sources import SOURCES
from aegan.pipeline import job
from aegan.registry import build


def main(*, source: dict[str, Any], files: list[Path]) -> None:
    build(SOURCES, source).fetch(files[0].parent)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
