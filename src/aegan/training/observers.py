"""What happens around a round besides the moves: probing, and early stopping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.games.game import Batch, Game, Player
from aegan.probes.history import Key
from aegan.probes.quantities import PROBES, Glimpse, captured_activations
from aegan.probes.schedules import Schedule
from aegan.training.member import Member


class Observer(Protocol):
    """Looks at a member around a round; what it remembers is part of the checkpoint."""

    def due(self, step: int) -> bool:
        """Tell whether to look at the round that follows `step`."""
        ...

    def around(self, member: Member) -> AbstractContextManager[None]:
        """Look before the round, let it happen, look after it."""
        ...

    def finish(self, member: Member) -> None:
        """Do what is left to do when the member's training has ended."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Return what a resumed run must know."""
        ...

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take up what `state` returned."""
        ...


class Probing:
    """Runs every probe on every player when the schedule says so; never changes a bit of the result.

    Gradients come from batches and noise of the probe's own, through `torch.autograd.grad`, which leaves `.grad` alone;
    buffers that a forward pass may touch are put back.

    Args:
        schedule: at which steps.
        batches: how many batches the medians are taken over.
    """

    def __init__(self, schedule: Schedule, batches: int) -> None:
        self.due, self.batches = schedule, batches

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Measure gradients before the round, and what the round did to the weights after it."""
        with untouched_buffers(member.game):
            glimpses = {player.name: self._glimpse(member, player) for player in member.game.players}
        yield
        readings: dict[Key, Tensor] = {
            (name, layer, quantity): value
            for name, glimpse in glimpses.items()
            for probe in PROBES.values()
            for (layer, quantity), value in probe(glimpse).items()
        }
        member.history.record(member.step, readings)

    def _glimpse(self, member: Member, player: Player) -> Glimpse:
        rng = seeding.torch_generator(member.seed, "probe", player.name, member.step, device=member.rows.device)
        order = seeding.numpy_generator(member.seed, "probe", member.step)
        batches = [self._batch(member, order) for _ in range(self.batches)]
        parameters = list(player.module.parameters())

        def look(batch: Batch) -> tuple[Tensor, Sequence[Tensor]]:
            loss = player.loss(batch, rng)
            return loss.detach(), torch.autograd.grad(loss, parameters)  # one graph at a time is kept in memory

        with captured_activations(player.module) as activations:
            first = look(batches[0])
        losses, gradients = zip(first, *map(look, batches[1:]), strict=True)
        judges = member.game.logits if player.name == "discriminator" else None
        with torch.no_grad():
            logits = judges(batches[0], rng) if judges else None
        return Glimpse(
            module=player.module,
            losses=losses,
            gradients=gradients,
            weights=[parameter.detach().clone() for parameter in parameters],
            activations=activations,
            logits=logits,
        )

    def _batch(self, member: Member, order: np.random.Generator) -> Batch:
        return member.rows.batch(order.choice(member.stream.rows, member.stream.batch_size))

    def finish(self, member: Member) -> None:
        """Do nothing: the readings are in the member's history."""

    def state(self) -> dict[str, Tensor]:
        """Return nothing: a probe depends on the seed and the step alone."""
        return {}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take up nothing."""


@contextmanager
def untouched_buffers(game: Game) -> Iterator[None]:
    """Put every buffer of the game back when the block ends."""
    buffers = [buffer for module in game.modules.values() for buffer in module.buffers()]
    kept = [buffer.clone() for buffer in buffers]
    yield
    for buffer, value in zip(buffers, kept, strict=True):
        buffer.copy_(value)


class EarlyStopping:
    """Stops a member whose held-out reconstruction error no longer falls, and keeps its best weights.

    Args:
        held_out: rows of the data that training does not see.
        every: rounds between two looks.
        patience: looks without a new best after which the member stops; never, where absent.
    """

    def __init__(self, held_out: np.ndarray, every: int, patience: int | None) -> None:
        self.held_out, self.every, self.patience = held_out, every, patience
        self.best, self.waited = float("inf"), 0
        self.weights: dict[str, Tensor] = {}

    def due(self, step: int) -> bool:
        """Look after every `every`-th round."""
        return (step + 1) % self.every == 0

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Compare the held-out error after the round with the best so far."""
        yield
        error = self._error(member)
        if error < self.best:
            self.best, self.waited = error, 0
            self.weights = {key: value.clone() for key, value in member.game.players[0].module.state_dict().items()}
        else:
            self.waited += 1
        member.stopped = self.patience is not None and self.waited >= self.patience

    def _error(self, member: Member) -> float:
        reconstruct = member.game.reconstruct
        assert reconstruct is not None, "early stopping needs a game that reconstructs"
        with torch.no_grad():
            pieces = np.array_split(self.held_out, -(-len(self.held_out) // 1024))
            batches = (member.rows.batch(piece).real for piece in pieces)
            total = sum((reconstruct(real) - real).double().square().mean() * len(real) for real in batches)
        return float(total / len(self.held_out))

    def finish(self, member: Member) -> None:
        """Give the member the weights that had the lowest held-out error, where there are any."""
        if self.weights:
            member.game.players[0].module.load_state_dict(self.weights)

    def state(self) -> dict[str, Tensor]:
        """Return the best weights, their error and the looks since."""
        progress = torch.tensor([self.best, self.waited], dtype=torch.float64)
        return {"progress": progress} | {f"best/{key}": value for key, value in self.weights.items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take up what `state` returned."""
        self.best, self.waited = float(state["progress"][0]), int(state["progress"][1])
        self.weights = {key.removeprefix("best/"): value for key, value in state.items() if key.startswith("best/")}
