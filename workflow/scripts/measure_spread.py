"""Measure how far apart the distributions are that the seeds of one method generate."""

from pathlib import Path

from aegan.evaluation.seed_variability import run_spread
from aegan.pipeline import job
from aegan.storage import read_tensors
from aegan.tables import named, read_table, write_table


def main(*, moments: list[Path], floor: Path, names: dict[str, str], quality: Path) -> None:
    kept = {name: array for path in moments for name, array in read_tensors(path).items()}
    write_table(quality, named(run_spread(kept, read_table(floor)), names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
