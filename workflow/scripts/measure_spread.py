"""Measure the distance between the distributions that the seeds of each method generate."""

from pathlib import Path

import numpy as np
import pandas as pd

from aegan.evaluation.seed_variability import measure_seed_variability
from aegan.pipeline import job
from aegan.storage import read_tensors
from aegan.tables import prepend_columns, read_table, write_table


def main(*, moments: list[Path], floor: Path, methods: list[str], names: dict[str, str], quality: Path) -> None:
    floors, tables = read_table(floor), []
    for method, files in zip(methods, np.array_split(moments, len(methods)), strict=True):
        arrays = {name: array for path in files for name, array in read_tensors(path).items()}
        tables.append(prepend_columns(measure_seed_variability(arrays, floors), names | {"method": method}))
    write_table(quality, pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
