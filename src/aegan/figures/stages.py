"""Stages of training in the tables of the diagnosis: weights that were kept after some rounds and measured later.

Methods may train for different numbers of rounds, so their stages are compared by place: the first with the first, the
last with the last. A run that diverged has no later stages; `find_stopped_runs` finds it, so that figures show it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.figures.numbers import count_noun
from aegan.tables import MEMBER

NO_PROBE = "no generator was probed with a fresh discriminator"
NO_DYNAMICS = "no {} of a game was measured"


def number_stages(table: pd.DataFrame) -> pd.DataFrame:
    """Number the stages of every method, 1, 2, …, in a new column `place`."""
    stages = table["stage"].astype(float)
    return table.assign(place=stages.groupby([table["dataset"], table["method"]]).rank("dense"))


def select_last_stage(table: pd.DataFrame) -> pd.DataFrame:
    """Select the rows of the last place of every data set."""
    rows = number_stages(table)
    return rows[rows["place"] == rows.groupby("dataset")["place"].transform("max")]


def find_stopped_runs(table: pd.DataFrame) -> pd.DataFrame:
    """List the runs that are missing at some place: dataset, method, seed, place."""
    rows = number_stages(table)[[*MEMBER, "place"]].drop_duplicates()
    everyone = rows[MEMBER].drop_duplicates().merge(rows[["dataset", "place"]].drop_duplicates(), on="dataset")
    found = everyone.merge(rows, how="left", indicator=True)
    return found[found["_merge"] == "left_only"].drop(columns="_merge")


def find_runs_without_last_stage(table: pd.DataFrame) -> pd.DataFrame:
    """List the runs that are missing at the last place of their data set: dataset, method, seed."""
    lost = find_stopped_runs(table)
    return lost[lost["place"] == lost["dataset"].map(number_stages(table).groupby("dataset")["place"].max())][MEMBER]


def describe_rounds(rows: pd.DataFrame) -> str:
    """Describe after how many rounds a stage is: after 2000 rounds, or after 40 to 80 rounds."""
    least, most = int(rows["stage"].min()), int(rows["stage"].max())
    return f"after {count_noun(most, 'round')}" if least == most else f"after {least} to {most} rounds"


def add_lost_runs(rows: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Add runs that stopped earlier to the rows of a curve: NaN at its first step, which is marked as lost."""
    return pd.concat([rows, lost.assign(step=rows["step"].min(), value=np.nan)]) if len(lost) else rows


def split_by_stage(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Split the rows of a data set by place, each with its description; a run that stopped earlier is lost.

    Args:
        rows: dataset, method, seed, stage, step, value.
    """
    lost, groups = find_stopped_runs(rows), number_stages(rows).groupby("place")
    return [(describe_rounds(own), add_lost_runs(own, lost[lost["place"] == place])) for place, own in groups]
