"""Reading a user's own history of gradient norms from a CSV."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import HISTORY
from aegan.errors import InputError
from aegan.probes.names import WHOLE

#: what a user's own history may leave out
UNNAMED = {
    "dataset": "own data",
    "method": "own method",
    "seed": "0",
    "network": "network",
    "quantity": "gradient_norm",
}

NETWORK = ["dataset", "method", "seed", "network"]


def own_history(path: Path) -> pd.DataFrame:
    """Read a user's own history of gradient norms: `HISTORY`, with a row for the whole network at every step.

    Three forms are read: tidy, with the columns step, layer and value, and any others of `HISTORY`; wide, with the
    column step and a column per layer; and step with a single column, the norm of the whole network. Layers stand in
    the order of the network. Where there is no layer (all), it is the root of the sum of the layers' squares.

    Raises:
        InputError: a column is missing, or holds what no history can.
    """
    table = _texts(path)
    if "step" not in table:
        raise InputError(
            path, f"no column step, but {', '.join(map(str, table))}", "Name the column of training steps step"
        )
    if not {"layer", "value"} <= set(table):
        table = _molten(path, table)
    table = table.assign(**{column: text for column, text in UNNAMED.items() if column not in table})
    for column, whole in (("step", True), ("seed", True), ("value", False)):
        table[column] = _numbers(path, column, table[column], whole)
    _check(path, table)
    return _with_whole(table[HISTORY])


def _texts(path: Path) -> pd.DataFrame:
    """Read a CSV without taking anything for a number."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(path, f"is not readable as CSV ({error})", "Give the path of a CSV file") from None
    if len(rows) < 2:
        raise InputError(path, "holds no rows", "Give a heading and a row per step")
    header = rows[0]
    if twice := {name for name in header if header.count(name) > 1}:
        raise InputError(path, f"column {min(twice)} is there twice", "Give every column a name of its own")
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            wrong = f"row {number} has {len(row)} fields, the heading {len(header)}"
            raise InputError(path, wrong, "Give every row a field per column, separated by commas")
    return pd.DataFrame(rows[1:], columns=header)


def _molten(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Turn a wide table into a tidy one."""
    named = [column for column in ("dataset", "method", "seed", "network", "step") if column in table]
    layers = [str(column) for column in table if column not in named]
    if not layers:
        raise InputError(path, "no column besides step", "Give a column per layer, or one for the whole network")
    for layer in layers:
        _numbers(path, layer, table[layer], whole=False)  # while the column still has its own name
    tidy = table.melt(named, layers, var_name="layer", value_name="value")
    return tidy.assign(layer=WHOLE) if len(layers) == 1 else tidy


def _numbers(path: Path, column: str, texts: pd.Series, whole: bool) -> pd.Series:
    """Turn texts into floats, or into whole numbers from 0 on."""
    values = pd.to_numeric(texts, errors="coerce")
    allowed = values.notna() | texts.str.strip().str.lower().eq("nan")
    kind, mend = "number", "Give a number, or nan or inf where a norm was not finite"
    if whole:
        allowed = (values >= 0) & (values <= 2**53) & (values % 1 == 0)  # floats tell whole numbers apart up to there
        kind, mend = "whole number from 0 on", "Number the training steps and seeds"
    if not allowed.all():
        row = int(np.flatnonzero(~allowed)[0])
        raise InputError(path, f"column {column}, row {row + 1}: {texts.iloc[row]!r} is no {kind}", mend)
    return values.astype("int64" if whole else "float64")


def _check(path: Path, table: pd.DataFrame) -> None:
    """Refuse a tidy table that holds no gradient norms, or not one per layer and step, or negative ones."""
    norms = table[table["quantity"] == "gradient_norm"]
    if norms.empty and not (table["quantity"] == "diverged").any():
        raise InputError(path, "column quantity: gradient_norm is nowhere", "Give the rows of gradient norms that name")
    for step, layer, value in norms.loc[norms["value"] < 0, ["step", "layer", "value"]].itertuples(index=False):
        wrong = f"layer {layer}, step {step}: the norm {value:g} is negative"
        raise InputError(path, wrong, "Give norms, not their logarithms or single entries")
    for _, own in norms.groupby(NETWORK):
        counts = own.pivot_table(index="layer", columns="step", values="value", aggfunc="size", fill_value=0)
        for row, column in np.argwhere(counts.to_numpy() != 1):
            wrong = f"layer {counts.index[row]} has {counts.iloc[row, column]} values at step {counts.columns[column]}"
            raise InputError(path, wrong, "Give every layer one value at every step")


def _with_whole(table: pd.DataFrame) -> pd.DataFrame:
    """Add the norm of the whole network, where it is not there."""
    norms = table[table["quantity"] == "gradient_norm"]
    alone = norms.groupby(NETWORK)["layer"].transform(lambda layers: WHOLE not in set(layers))
    groups = norms[alone.astype(bool)].groupby([*NETWORK, "step"], sort=False)["value"]
    whole = groups.agg(lambda values: math.hypot(*values)).reset_index()
    return pd.concat([table, whole.assign(layer=WHOLE, quantity="gradient_norm")[HISTORY]], ignore_index=True)
