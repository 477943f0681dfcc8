"""Live export of a watched training to trackers, beside its history."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter, methodcaller
from pathlib import Path

from aegan.probes.trackers.registry import TRACKERS
from aegan.probes.trackers.tracked_run import TrackedRun, name_values
from aegan.watching.history_file import Row, read_rows

#: the folder of all trackers in that of a training
FOLDER = "trackers"


class LiveExport:
    """Exports each look to some trackers; the files of each are a copy of the history from its first round on.

    A tracker that fails is left out from there on, because a training is worth more than its record.

    Args:
        names: keys of `TRACKERS`.
        folder: of the training, with the history so far, which may be that of an earlier training that resumes.
    """

    def __init__(self, names: Iterable[str], folder: Path) -> None:
        self._runs: dict[str, TrackedRun] = {}
        for name in names:
            self._runs[name] = TRACKERS[name].open_run(folder / FOLDER / name, folder.resolve().name)
        if self._runs:
            self.log(read_rows(folder))

    def log(self, rows: Sequence[Row]) -> None:
        """Log rows, which may be of several rounds."""
        if not self._runs:  # each look would pay for names that nobody reads
            return
        for step, own in groupby(sorted(rows, key=itemgetter(0)), key=itemgetter(0)):
            values = name_values(row[1:] for row in own)
            self._call_all(methodcaller("log", step, values))

    def close(self) -> None:
        """End the run of each tracker."""
        self._call_all(methodcaller("close"))
        self._runs.clear()

    def _call_all(self, call: Callable[[TrackedRun], None]) -> None:
        for name, run in [*self._runs.items()]:
            try:
                call(run)
            except Exception as error:  # of whatever kind: the library is not ours
                warnings.warn(f"{name} failed ({error!r}). The export to it has ended", stacklevel=2)
                del self._runs[name]
