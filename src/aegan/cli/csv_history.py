"""Read a user's own history of gradient norms from a CSV file."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import HISTORY
from aegan.errors import InputError
from aegan.tables import WHOLE_NETWORK

#: optional columns -> their entry if the file lacks them
DEFAULTS = {
    "dataset": "own data",
    "method": "own method",
    "seed": "0",
    "network": "network",
    "quantity": "gradient_norm",
}

NETWORK = ["dataset", "method", "seed", "network"]


def read_csv_history(path: Path) -> pd.DataFrame:
    """Read a history of gradient norms.

    The file has one of three forms: tidy, with the columns step, layer and value, and any others of `HISTORY`; wide,
    with the column step and a column per layer; or step and one column, the norm of the whole network. Layers are in
    the order of the network. If no layer is named (all), the norm of the whole network is added: the root of the sum of
    the layers' squared norms.

    Returns:
        `HISTORY`, with a row for the whole network at every step.

    Raises:
        InputError: a column is missing, or holds values that a history cannot have.
    """
    table = _read_texts(path)
    if "step" not in table:
        wrong = f"no column step, but {', '.join(map(str, table))}"
        raise InputError(path, wrong, "Name the column of the training steps `step`")
    if not {"layer", "value"} <= set(table):
        table = _melt_layers(path, table)
    table = table.assign(**{column: text for column, text in DEFAULTS.items() if column not in table})
    for column, whole in (("step", True), ("seed", True), ("value", False)):
        table[column] = _parse_numbers(path, column, table[column], whole)
    _check_norms(path, table)
    return _add_whole_network(table[HISTORY])


def _read_texts(path: Path) -> pd.DataFrame:
    """Read a CSV with all its cells as text."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(path, f"is not readable as CSV ({error})", "Give the path of a CSV file") from None
    if len(rows) < 2:
        raise InputError(path, "holds no rows", "Give a header and a row per step")
    header = rows[0]
    if repeated := {name for name in header if header.count(name) > 1}:
        raise InputError(path, f"column {min(repeated)} occurs twice", "Give every column a name of its own")
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            wrong = f"row {number} has {len(row)} fields, the header {len(header)}"
            raise InputError(path, wrong, "Give every row a field per column, separated by commas")
    return pd.DataFrame(rows[1:], columns=header)


def _melt_layers(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Turn a wide table into a tidy one."""
    keys = [column for column in ("dataset", "method", "seed", "network", "step") if column in table]
    layers = [str(column) for column in table if column not in keys]
    if not layers:
        raise InputError(path, "no column besides step", "Give a column per layer, or one for the whole network")
    for layer in layers:
        _parse_numbers(path, layer, table[layer], whole=False)  # here, so that an error names the column of the file
    tidy = table.melt(keys, layers, var_name="layer", value_name="value")
    return tidy.assign(layer=WHOLE_NETWORK) if len(layers) == 1 else tidy


def _parse_numbers(path: Path, column: str, texts: pd.Series, whole: bool) -> pd.Series:
    """Parse floats, or whole numbers from 0 on.

    Args:
        path: the file, for errors.
        column: its column, for errors.
        texts: the cells.
        whole: whether only whole numbers are allowed.
    """
    values = pd.to_numeric(texts, errors="coerce")
    allowed = values.notna() | texts.str.strip().str.lower().eq("nan")
    kind, fix = "number", "Give a number, or nan or inf where a norm was not finite"
    if whole:
        # floats represent every whole number up to 2**53
        allowed = (values >= 0) & (values <= 2**53) & (values % 1 == 0)
        kind, fix = "whole number from 0 on", "Number the training steps and seeds"
    if not allowed.all():
        row = int(np.flatnonzero(~allowed)[0])
        raise InputError(path, f"column {column}, row {row + 1}: {texts.iloc[row]!r} is not a {kind}", fix)
    return values.astype("int64" if whole else "float64")


def _check_norms(path: Path, table: pd.DataFrame) -> None:
    """Refuse a tidy table without gradient norms, with negative norms, or without exactly one per layer and step."""
    norms = table[table["quantity"] == "gradient_norm"]
    if norms.empty and not (table["quantity"] == "diverged").any():
        raise InputError(path, "column quantity: no row has gradient_norm", "Set it in the rows of gradient norms")
    for step, layer, value in norms.loc[norms["value"] < 0, ["step", "layer", "value"]].itertuples(index=False):
        wrong = f"layer {layer}, step {step}: the norm {value:g} is negative"
        raise InputError(path, wrong, "Give norms, not their logarithms or single entries")
    for _, rows in norms.groupby(NETWORK):
        counts = rows.pivot_table(index="layer", columns="step", values="value", aggfunc="size", fill_value=0)
        for row, column in np.argwhere(counts.to_numpy() != 1):
            wrong = f"layer {counts.index[row]} has {counts.iloc[row, column]} values at step {counts.columns[column]}"
            raise InputError(path, wrong, "Give every layer one value at every step")


def _add_whole_network(table: pd.DataFrame) -> pd.DataFrame:
    """Add the norm of the whole network to networks that lack it."""
    norms = table[table["quantity"] == "gradient_norm"]
    lacking = norms.groupby(NETWORK)["layer"].transform(lambda layers: WHOLE_NETWORK not in set(layers))
    groups = norms[lacking.astype(bool)].groupby([*NETWORK, "step"], sort=False)["value"]
    whole = groups.agg(lambda values: math.hypot(*values)).reset_index()
    return pd.concat([table, whole.assign(layer=WHOLE_NETWORK, quantity="gradient_norm")[HISTORY]], ignore_index=True)
