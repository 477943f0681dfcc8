"""Tables of gradient norms, steps × layers, from the readings of one network of one run."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aegan.errors import InputError
from aegan.tables import WHOLE_NETWORK


def tabulate_layer_norms(history: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Pivot a quantity of one network of one run (step, layer, quantity, value) to steps × layers, in network order.

    The order is that of the step at which most layers have a value: a layer may have none while it is frozen.

    Raises:
        InputError: a column is missing, a norm occurs twice or is negative, or there is none of the whole network.
    """
    require_columns(history, ["step", "layer", "quantity", "value"])
    norms = history[history["quantity"] == quantity]
    if (twice := norms.duplicated(["step", "layer"])).any():
        first = norms[twice].iloc[0]
        wrong = f"{quantity} of layer {first['layer']} at step {first['step']} occurs twice"
        raise InputError("history", wrong, "Give the readings of one network of one run")
    if (negative := norms["value"] < 0).any():
        first = norms[negative].iloc[0]
        wrong = f"{quantity} of layer {first['layer']} at step {first['step']} is {first['value']:.3g}"
        raise InputError("history", wrong, "Give norms, which are at least 0")
    if len(norms) and WHOLE_NETWORK not in set(norms["layer"]):
        raise InputError(
            "history", f"{quantity} of the layer {WHOLE_NETWORK} is missing", "Add the whole network's norm"
        )
    table = norms.pivot_table(index="step", columns="layer", values="value", sort=False, dropna=False).sort_index()
    if norms.empty:
        return table
    fullest = norms[norms["step"] == norms["step"].value_counts(sort=False).idxmax()]["layer"]
    return table[list(dict.fromkeys([*fullest, *table.columns]))]


def require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Require columns of a table.

    Raises:
        InputError: some are missing.
    """
    if missing := [column for column in columns if column not in table]:
        raise InputError("table", f"it lacks the columns {missing}", f"Give {list(columns)}")
