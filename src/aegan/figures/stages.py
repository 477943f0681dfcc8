"""Stages of training, in the tables of the laboratory.

Methods may train for different numbers of rounds, so their stages are compared by place: the first with the first, the
last with the last. A run that diverged has no later stages; it is found here, so that no figure leaves it out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.figures.numbers import plural

RUN = ["dataset", "method", "seed"]


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """Number the stages of every method: 1, 2, … in a new column `place`."""
    stages = table["stage"].astype(float)
    return table.assign(place=stages.groupby([table["dataset"], table["method"]]).rank("dense"))


def last_stage(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the last place of every data set."""
    rows = placed(table)
    return rows[rows["place"] == rows.groupby("dataset")["place"].transform("max")]


def stopped(table: pd.DataFrame) -> pd.DataFrame:
    """List the runs that a table has at some place but not at another: dataset, method, seed, place."""
    rows = placed(table)[[*RUN, "place"]].drop_duplicates()
    everyone = rows[RUN].drop_duplicates().merge(rows[["dataset", "place"]].drop_duplicates(), on="dataset")
    found = everyone.merge(rows, how="left", indicator=True)
    return found[found["_merge"] == "left_only"].drop(columns="_merge")


def stopped_before_last(table: pd.DataFrame) -> pd.DataFrame:
    """List the runs that a table lacks at the last place of their data set: dataset, method, seed."""
    lost = stopped(table)
    return lost[lost["place"] == lost["dataset"].map(placed(table).groupby("dataset")["place"].max())][RUN]


def after(rows: pd.DataFrame) -> str:
    """Say after how many rounds a stage is, as words: after 2000 rounds, or after 40 to 80 rounds."""
    least, most = int(rows["stage"].min()), int(rows["stage"].max())
    return f"after {plural(most, 'round')}" if least == most else f"after {least} to {most} rounds"


def with_lost(rows: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Add runs that stopped before to the rows of a curve: NaN at its first step, which is marked as lost."""
    return pd.concat([rows, lost.assign(step=rows["step"].min(), value=np.nan)]) if len(lost) else rows


def by_place(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Split the rows of a data set by place, each with its words; a run that stopped before is lost.

    Args:
        rows: dataset, method, seed, stage, step, value.
    """
    lost, groups = stopped(rows), placed(rows).groupby("place")
    return [(after(own), with_lost(own, lost[lost["place"] == place])) for place, own in groups]
