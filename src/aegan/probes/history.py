"""The history of a training run: the readings of its probes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]  #: (network, layer, quantity)


class History:
    """Readings by step; the first recording fixes the keys and their order."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.steps: list[int] = []
        self.rows: list[Tensor] = []

    def record(self, step: int, readings: Mapping[Key, Tensor]) -> None:
        """Append the readings (scalars) of one step, on their device; every step must have the keys of the first."""
        self.keys = self.keys or list(readings)
        self.steps.append(step)
        self.rows.append(torch.stack([readings[key].double() for key in self.keys]))

    def state(self) -> dict[str, Tensor]:
        """Return the steps and the readings (steps, keys) as tensors, for a checkpoint."""
        return {"steps": torch.tensor(self.steps), "rows": self._table()} if self.steps else {}

    def load_state(self, state: Mapping[str, Tensor], keys: list[Key]) -> None:
        """Restore steps and readings (steps, keys) that `state` returned, recorded with these keys."""
        self.keys, self.steps, self.rows = keys, [int(step) for step in state["steps"]], list(state["rows"].unbind())

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy table: step, network, layer, quantity, value."""
        import pandas as pd  # here, because every member has a history but few callers need pandas

        values = self._table().flatten().tolist() if self.rows else []
        index = [(step, *key) for step in self.steps for key in self.keys]
        table = pd.DataFrame(index, columns=["step", "network", "layer", "quantity"])
        return table.assign(value=pd.Series(values, dtype="float64"))

    def _table(self) -> Tensor:
        """Copy the readings (steps, keys) to the host; only on request, because the copy waits for the device."""
        return torch.stack([row.cpu() for row in self.rows])
