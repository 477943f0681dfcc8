"""What the probes recorded over a training run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]  #: (network, layer, quantity)


class History:
    """Readings by step, in an order of keys that the first recording fixes."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.steps: list[int] = []
        self.rows: list[Tensor] = []

    def record(self, step: int, readings: Mapping[Key, Tensor]) -> None:
        """Append the readings of one step, where they are; every step must have the keys of the first."""
        self.keys = self.keys or list(readings)
        self.steps.append(step)
        self.rows.append(torch.stack([readings[key].double() for key in self.keys]))

    def state(self) -> dict[str, Tensor]:
        """Return the numbers as tensors, for a checkpoint."""
        return {"steps": torch.tensor(self.steps), "rows": self._table()} if self.steps else {}

    def load(self, state: Mapping[str, Tensor], keys: list[Key]) -> None:
        """Take up what `state` returned, with the keys it had then."""
        self.keys, self.steps, self.rows = keys, [int(step) for step in state["steps"]], list(state["rows"].unbind())

    def frame(self) -> pd.DataFrame:
        """Return a tidy table: step, network, layer, quantity, value."""
        import pandas as pd  # here, for every game has a history, and only who trained it makes a table of it

        values = self._table().flatten().tolist() if self.rows else []
        index = [(step, *key) for step in self.steps for key in self.keys]
        table = pd.DataFrame(index, columns=["step", "network", "layer", "quantity"])
        return table.assign(value=pd.Series(values, dtype="float64"))

    def _table(self) -> Tensor:
        """Bring the readings (steps, keys) to the host: not before they are asked for, for the host would wait."""
        return torch.stack([row.cpu() for row in self.rows])
