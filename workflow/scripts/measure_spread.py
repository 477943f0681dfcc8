"""Measure the distance between the distributions that the seeds of a method generate."""

from pathlib import Path

from aegan.evaluation.seed_variability import measure_seed_variability
from aegan.pipeline import job
from aegan.storage import read_tensors
from aegan.tables import prepend_columns, read_table, write_table


def main(*, moments: list[Path], floor: Path, names: dict[str, str], quality: Path) -> None:
    arrays = {name: array for path in moments for name, array in read_tensors(path).items()}
    write_table(quality, prepend_columns(measure_seed_variability(arrays, read_table(floor)), names))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
