"""The file store of MLflow."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.probes.trackers.tracked_run import TrackedRun

if TYPE_CHECKING:
    from mlflow import MlflowClient

#: the experiment of all runs in a folder
EXPERIMENT = "aegan"
#: values that MLflow takes at once
BATCH = 1000


class MlflowRun:
    """A run of MLflow.

    Args:
        client: of the file store.
        run: its id.
    """

    def __init__(self, client: MlflowClient, run: str) -> None:
        self._client, self._run = client, run

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of a step."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        metrics = [Metric(name, value, now, step) for name, value in values.items()]
        for first in range(0, len(metrics), BATCH):
            self._client.log_batch(self._run, metrics[first : first + BATCH])

    def close(self) -> None:
        """Say that the run has finished."""
        self._client.set_terminated(self._run)


def open_mlflow(folder: Path, run: str) -> TrackedRun:
    """Open a run in the file store that `mlflow ui --backend-store-uri FOLDER` shows."""
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")  # recent versions refuse one that nobody asked for
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=folder.resolve().as_uri())
    experiment = client.get_experiment_by_name(EXPERIMENT)
    place = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT)
    for earlier in client.search_runs([place], f"attributes.run_name = '{run}'"):
        client.delete_run(earlier.info.run_id)
    return MlflowRun(client, client.create_run(place, run_name=run).info.run_id)
