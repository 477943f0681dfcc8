"""Files of DVCLive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.probes.trackers.tracked_run import TrackedRun

if TYPE_CHECKING:
    from dvclive import Live


class DvcLiveRun:
    """A run of DVCLive: a file per series, and metrics.json with the last value of each."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of a step."""
        self._live.step = step
        for name, value in values.items():
            self._live.log_metric(name, value)
        self._live.make_summary()

    def close(self) -> None:
        """End the run."""
        self._live.end()


def open_dvclive(folder: Path, run: str) -> TrackedRun:
    """Open a run in a folder of its name, which is no experiment of DVC: that would be a commit.

    DVCLive itself removes what an earlier run left there.
    """
    from dvclive import Live

    return DvcLiveRun(Live(str(folder / run), save_dvc_exp=False, dvcyaml=None, report=None, monitor_system=False))
