"""Early stopping of autoencoders on a held-out reconstruction error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from aegan.training.member import Member
from aegan.training.observers import Observer


class EarlyStopping(Observer):
    """Stops a member whose held-out reconstruction error no longer falls, and keeps its best weights.

    Args:
        held_out: int64 row numbers (N,) of the data that are not trained on.
        every: rounds between two evaluations.
        patience: evaluations without a new lowest error after which training stops; None: never.
    """

    def __init__(self, held_out: np.ndarray, every: int, patience: int | None) -> None:
        self.held_out, self.every, self.patience = held_out, every, patience
        self.best, self.waited = float("inf"), 0
        self.weights: dict[str, Tensor] = {}

    def due(self, step: int) -> bool:
        """Evaluate after every `every`-th round."""
        return (step + 1) % self.every == 0

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Compare the held-out error after the round with the best so far."""
        yield
        error = self._held_out_error(member)
        if error < self.best:
            self.best, self.waited = error, 0
            self.weights = {key: value.clone() for key, value in member.game.players[0].module.state_dict().items()}
        else:
            self.waited += 1
        member.stopped = self.patience is not None and self.waited >= self.patience

    def _held_out_error(self, member: Member) -> float:
        reconstruct = member.game.reconstruct
        assert reconstruct is not None, "early stopping needs a game that reconstructs"
        with torch.no_grad():
            pieces = np.array_split(self.held_out, -(-len(self.held_out) // 1024))
            batches = (member.dataset.select_batch(piece).real for piece in pieces)
            total = sum((reconstruct(real) - real).double().square().mean() * len(real) for real in batches)
        return float(total / len(self.held_out))

    def finish(self, member: Member) -> None:
        """Give the member the weights with the lowest held-out error, if there are any."""
        if self.weights:
            member.game.players[0].module.load_state_dict(self.weights)

    def state(self) -> dict[str, Tensor]:
        """Return the best weights, their error, and the number of evaluations since."""
        progress = torch.tensor([self.best, self.waited], dtype=torch.float64)
        return {"progress": progress} | {f"best/{key}": value for key, value in self.weights.items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Restore the tensors, of any shape, that `state` returned."""
        self.best, self.waited = float(state["progress"][0]), int(state["progress"][1])
        self.weights = {key.removeprefix("best/"): value for key, value in state.items() if key.startswith("best/")}
