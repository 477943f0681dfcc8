"""The trackers that histories are exported to; their libraries are imported when a run is opened."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import NamedTuple

from aegan.errors import InputError
from aegan.probes.trackers.dvclive import open_dvclive
from aegan.probes.trackers.mlflow import open_mlflow
from aegan.probes.trackers.tensorboard import open_tensorboard
from aegan.probes.trackers.tracked_run import OpenRun
from aegan.probes.trackers.wandb import open_wandb


class Tracker(NamedTuple):
    """A tracker of experiments. Its name is that of the extra of aegan that installs it.

    Attributes:
        open_run: (folder, run) → `TrackedRun`.
        library: the package that it imports.
    """

    open_run: OpenRun
    library: str


TRACKERS = {
    "dvclive": Tracker(open_dvclive, library="dvclive"),
    "mlflow": Tracker(open_mlflow, library="mlflow"),
    "tensorboard": Tracker(open_tensorboard, library="tensorboard"),
    "wandb": Tracker(open_wandb, library="wandb"),
}


def require_trackers(names: Iterable[str]) -> None:
    """Check that trackers exist and that their libraries are installed.

    Raises:
        InputError: one does not, or is not.
    """
    for name in names:
        if name not in TRACKERS:
            raise InputError("trackers", f"{name!r} is no tracker", f"Choose among {', '.join(TRACKERS)}")
        found = find_spec(library := TRACKERS[name].library)
        if found is None or found.origin is None:  # a folder of that name, such as W&B makes, has no origin
            wrong = f"{name} needs the package {library}, which is not installed"
            raise InputError("trackers", wrong, f"pip install 'aegan[{name}]'")
