"""The history of a training run: the readings of its probes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from aegan.errors import InputError

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
        """Append the readings (scalars) of one step, on their device; every step must have the keys of the first.

        Raises:
            InputError: it has others, there are none, or a reading is not a scalar.
        """
        keys = self.keys or list(readings)
        if not keys or set(keys) != set(readings):
            odd = sorted(set(keys) ^ set(readings))
            raise InputError(f"readings of step {step}", f"differ from the first in {odd}", "Record the same each time")
        if wide := [key for key in keys if readings[key].numel() != 1]:
            raise InputError(f"readings of step {step}", f"{wide} are not scalars", "Record one number per key")
        row = torch.stack([readings[key].detach().double().reshape(()) for key in keys])
        self.keys = keys
        self.steps.append(step)
        self.rows.append(row)

    def state(self) -> dict[str, Tensor]:
        """Return the steps and the readings (steps, keys) as tensors, for a checkpoint."""
        return {"steps": torch.tensor(self.steps), "rows": self._table()} if self.steps else {}

    def load_state(self, state: Mapping[str, Tensor], keys: list[Key]) -> None:
        """Restore steps and readings (steps, keys) that `state` returned, recorded with these keys.

        Raises:
            InputError: the state does not have that shape.
        """
        if not state:
            self.keys, self.steps, self.rows = [], [], []
        elif state["rows"].shape != (len(state["steps"]), len(keys)):
            wrong = f"{tuple(state['rows'].shape)} readings for {len(state['steps'])} steps and {len(keys)} keys"
            raise InputError("history", wrong, "Load what `state` returned, with the keys of that history")
        else:
            self.keys, self.steps, self.rows = (
                keys,
                [int(step) for step in state["steps"]],
                list(state["rows"].unbind()),
            )

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
