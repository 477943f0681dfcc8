"""Export of the histories of members to the files of a tracker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.probes.trackers.registry import TRACKERS, require_trackers
from aegan.probes.trackers.tracked_run import TrackedRun, name_values

if TYPE_CHECKING:
    import pandas as pd


def export_members(tracker: str, folder: Path, histories: Iterable[tuple[str, pd.DataFrame]]) -> None:
    """Export the history of each member as a run of its own, PHASE/DATASET/METHOD/SEED.

    Args:
        tracker: a key of `TRACKERS`.
        folder: that the tracker has for itself; it is made.
        histories: phase, and a table that begins with the columns of a member (dataset, method or autoencoder, seed).

    Raises:
        InputError: the library of the tracker is not installed.
    """
    require_trackers([tracker])
    folder.mkdir(parents=True, exist_ok=True)
    for phase, table in histories:
        for member, history in table.groupby(list(table.columns[:3]), sort=False):
            run = TRACKERS[tracker].open_run(folder, "/".join(map(str, (phase, *member))))
            log_history(run, history)
            run.close()


def log_history(run: TrackedRun, history: pd.DataFrame) -> None:
    """Log a history step by step, with the columns step, network, layer, quantity, value."""
    for _, rows in history.groupby("step"):
        columns = (rows[name] for name in ("network", "layer", "quantity", "value"))
        run.log(int(rows["step"].iloc[0]), name_values(zip(*columns, strict=True)))
