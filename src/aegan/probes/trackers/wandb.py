"""Offline runs of Weights & Biases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.probes.trackers.tracked_run import TrackedRun

if TYPE_CHECKING:
    import wandb

#: the project of all runs
PROJECT = "aegan"


class WandbRun:
    """An offline run of W&B. Its x axis is `round`, because its own step never goes back.

    Args:
        run: of W&B.
        folder: that holds it.
    """

    def __init__(self, run: wandb.Run, folder: Path) -> None:
        self._run, self._folder = run, folder
        run.define_metric("*", step_metric="round")

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of a step."""
        self._run.log({"round": step, **values})

    def close(self) -> None:
        """End the run, and remove links to its log, which would be broken elsewhere."""
        self._run.finish()
        for path in self._folder.rglob("*"):
            if path.is_symlink():
                path.unlink()


def open_wandb(folder: Path, run: str) -> TrackedRun:
    """Open an offline run in a folder of its name; `wandb sync FOLDER/RUN/wandb/offline-run-*` uploads it."""
    os.environ.setdefault("WANDB_ERROR_REPORTING", "false")  # offline is offline
    import wandb

    own = folder / run
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    quiet = wandb.Settings(
        console="off",
        disable_code=True,
        disable_git=True,
        silent=True,
        x_disable_meta=True,
        x_disable_stats=True,
    )
    opened = wandb.init(mode="offline", dir=own, project=PROJECT, name=run, reinit="create_new", settings=quiet)
    return WandbRun(opened, own)
