"""Event files of TensorBoard."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.probes.trackers.tracked_run import TrackedRun

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class TensorBoardRun:
    """A run of TensorBoard, which keeps values as float32."""

    def __init__(self, writer: SummaryWriter) -> None:
        self._writer = writer

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of a step, and flush."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self) -> None:
        """End the run."""
        self._writer.close()


def open_tensorboard(folder: Path, run: str) -> TrackedRun:
    """Open a run that `tensorboard --logdir FOLDER` shows under its name."""
    from torch.utils.tensorboard import SummaryWriter

    shutil.rmtree(folder / run, ignore_errors=True)
    return TensorBoardRun(SummaryWriter(str(folder / run)))
