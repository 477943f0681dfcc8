"""Reading and writing of tables, and the names in them that several packages use.

pandas is imported inside the functions that need it, so that importing a column name stays cheap.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from aegan.storage import explain_read_errors, write_atomically

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from pandas._typing import CompressionOptions

#: columns that identify a member in all tables of a study
MEMBER = ["dataset", "method", "seed"]

#: columns of the tables that jobs write; `prepend_columns` adds data set and method (or autoencoder) before them
HISTORY_COLUMNS = ["seed", "step", "network", "layer", "quantity", "value"]
PROBE_COLUMNS = ["seed", "stage", "fakes", "step", "network", "layer", "quantity", "value"]
DYNAMICS_COLUMNS = ["seed", "stage", "quantity", "index", "value"]
QUALITY_COLUMNS = ["seed", "space", "metric", "value", "floor", "n"]
CODE_QUALITY_COLUMNS = ["seed", "metric", "value", "n"]
PROJECTION_COLUMNS = ["seed", "x", "y", "label"]
LEFT_OUT_COLUMNS = ["metric", "needed", "found"]
LADDER_COLUMNS = ["corruption", "level", "space", "metric", "value", "noise", "expected", "responds", "usable"]

#: columns of the table of reproduced results
GRADE_COLUMNS = ["result", "paper", "claim", "criterion", "value", "low", "high", "n", "grade", "setting"]

#: the grades of a criterion: it passes, it does not, and what decides it was not measured
GRADES = ("reproduced", "not reproduced", "not measured")

#: the entry of `layer` that stands for the whole network
WHOLE_NETWORK = "(all)"

#: the entry of `role` or `regulariser` of a method that has none
NONE = "none"

#: verdicts that name no fault: how a network's norm changes over time
TRENDS = ("stable", "shrinking", "growing")

#: precisions of a method's matrix products, entries of `precision`. float32: torch's default; tf32: products round
#: their operands to 10 bits of mantissa, on CUDA only; bf16: activations and their gradients have 7 bits of mantissa
#: and the range of float32
Precision = Literal["float32", "tf32", "bf16"]
FLOAT32: Precision
TF32: Precision
BF16: Precision
FLOAT32, TF32, BF16 = get_args(Precision)

#: the entry of a decision's `precision` where a method has the precision of its baseline
AS_BASELINE = "as the baseline"

#: the entry of a probe's `fakes` where the fresh discriminator is set against the fakes that the method trains on
TRAINING_FAKES = "training"

#: that of one set against the samples alone, of a method whose training fakes are not, or not only, its samples
SAMPLE_FAKES = "samples"

#: quantities of a fresh discriminator: cross-entropies in nats, the sum of that on real data and that on fakes, which
#: is 2 ln 2 = 1.386 for guessing, on rows held out from its training and on rows of its training
HELD_OUT_CROSS_ENTROPY, TRAIN_CROSS_ENTROPY = "held_out_cross_entropy", "train_cross_entropy"

#: the factors of the generator's gradient, whose product is its norm; a fresh discriminator has them for each loss
FACTORS = ("slope", "field", "gain")

#: held-out cross-entropies at which methods are compared, besides the deepest that both of a pair reach
CROSS_ENTROPY_LEVELS = (0.7, 0.3, 0.1, 0.05)


#: tables of a report that are Parquet with rounded values, because they have a row per layer and step of every run
PARQUET_TABLES = ("gradients",)

#: tables of a report that are gzipped, because they have several rows per run or pair
GZIPPED_TABLES = ("diagnosis", "mechanism", "pairs", "verdicts")

#: bits of the mantissa of rounded values, which are right to six significant digits
MANTISSA = 20


def name_table_file(table: str) -> str:
    """Name the file of a table in a report: TABLE.csv, and another suffix for those that are large."""
    suffix = "parquet" if table in PARQUET_TABLES else "csv.gz" if table in GZIPPED_TABLES else "csv"
    return f"{table}.{suffix}"


def find_table(report: Path, table: str) -> Path:
    """Find the file of a table in a report; those of older versions have other suffixes.

    Returns:
        The file; the one that this version would write, if there is none.
    """
    written = report / name_table_file(table)
    older = [report / f"{table}.csv", report / f"{table}.csv.gz"]
    return next((path for path in (written, *older) if path.is_file()), written)


def name_table(path: Path | str) -> str:
    """Name the table that a file holds, by the file's name without its suffixes."""
    return Path(path).name.partition(".")[0]


def write_table(target: Path | str, table: pd.DataFrame) -> None:
    """Write a table as Parquet, or as CSV with nine significant digits (what a float32 has), by the target's suffix.

    A CSV is gzipped if the target ends in .gz, without a time: the same table gives the same bytes. The Parquet of
    `PARQUET_TABLES` is as small as possible.
    """
    with write_atomically(target) as path:
        if name_table(target) in PARQUET_TABLES and Path(target).suffix == ".parquet":
            _write_rounded(path, table)
        elif Path(target).suffix == ".parquet":
            table.to_parquet(path, index=False)
        else:
            gzipped: CompressionOptions = {"method": "gzip", "mtime": 0} if Path(target).suffix == ".gz" else None
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.9g", compression=gzipped)


def _write_rounded(path: Path, table: pd.DataFrame) -> None:
    keys = [name for name in table.columns if name != "value"]
    table.assign(value=round_mantissa(table["value"].to_numpy())).to_parquet(
        path,
        index=False,
        compression="zstd",
        compression_level=19,
        use_dictionary=keys,
        column_encoding={"value": "BYTE_STREAM_SPLIT"},
    )


def round_mantissa(values: np.ndarray) -> np.ndarray:
    """Round float64 values of any shape to `MANTISSA` bits after the first; zero, infinity and NaN stay."""
    dropped = 52 - MANTISSA
    bits = values.astype(float).view("int64")
    rounded: np.ndarray = ((bits + (1 << (dropped - 1))) >> dropped << dropped).view(float)
    return rounded


def prepend_columns(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Put constant columns before a table's own, so that tables of several runs can be joined."""
    import pandas as pd

    return pd.concat([pd.DataFrame(dict(names), index=table.index), table], axis=1)


def read_table(path: Path | str) -> pd.DataFrame:
    """Read a table written by `write_table`."""
    import pandas as pd

    with explain_read_errors(path):
        return pd.read_parquet(path) if Path(path).suffix == ".parquet" else pd.read_csv(path, keep_default_na=True)


def select_training_fakes(probe: pd.DataFrame) -> pd.DataFrame:
    """Select the fresh discriminators that are set against the fakes their method trains on.

    Args:
        probe: with a column `fakes`.
    """
    return probe[probe["fakes"] == TRAINING_FAKES]


def list_distinct(values: pd.Series) -> list[str]:
    """List the distinct values of a column as text, in order of first appearance."""
    return [str(value) for value in values.dropna().unique()]


def pivot_values(table: pd.DataFrame, index: list[str], columns: str) -> pd.DataFrame:
    """Spread the values of a tidy table over columns; NaN is kept.

    Args:
        table: the tidy table, with a column `value`.
        index: the columns that identify a row.
        columns: the column whose entries become the columns.

    Raises:
        ValueError: a cell has two values.
    """
    return table.pivot(index=index, columns=columns, values="value")  # noqa: PD010  # pivot_table drops NaN


def rename_autoencoder_to_method(table: pd.DataFrame) -> pd.DataFrame:
    """Rename the column `autoencoder` to `method`, so that functions for methods accept the table."""
    return table.rename(columns={"autoencoder": "method"})
