"""What happens around a round besides the moves: probing, and early stopping."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import Player, moving
from aegan.probes.history import Key
from aegan.probes.preserved_state import untouched
from aegan.probes.quantities import PROBES, ProbeSnapshot, captured_activations
from aegan.probes.schedules import Schedule
from aegan.training.member import Member
from aegan.training.precision import FLOAT32, double_precision, products_in, products_on_cuda

#: norm of a layer's gradient from which squares underflow in float32 (its smallest normal number is 1e-38)
FAINT = 1e-18


class Observer(ABC):
    """Looks at a member around a round; what it remembers is part of the checkpoint."""

    @abstractmethod
    def due(self, step: int) -> bool:
        """Tell whether to look at the round that follows `step`."""

    @abstractmethod
    def around(self, member: Member) -> AbstractContextManager[None]:
        """Look before the round, let it happen, look after it."""

    def finish(self, member: Member) -> None:  # noqa: B027
        """Do what is left to do when the member's training has ended."""

    def state(self) -> dict[str, Tensor]:
        """Return what a resumed run must know besides the member: nothing, unless an observer says otherwise."""
        return {}

    def load(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027
        """Take up what `state` returned."""


class Scheduled(Observer):
    """Looks when a schedule says so.

    Args:
        schedule: step -> whether to look at the round that follows it.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def due(self, step: int) -> bool:
        """Look when the schedule says so."""
        return self.schedule(step)


class Watch(Scheduled):
    """Records readings before rounds, in the member's history.

    Args:
        schedule: before which rounds.
        look: the member -> its readings; it must not change what it looks at.
    """

    def __init__(self, schedule: Schedule, look: Callable[[Member], Mapping[Key, Tensor]]) -> None:
        super().__init__(schedule)
        self.look = look

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Look before the round."""
        member.history.record(member.step, self.look(member))
        yield


class Probing(Scheduled):
    """Runs every probe on every player when the schedule says so; never changes a bit of the result.

    Gradients come from batches and noise of the probe's own, through `torch.autograd.grad`, which leaves `.grad` alone;
    buffers that a forward pass may touch are put back.

    Args:
        schedule: at which steps.
        batches: how many batches the medians are taken over.
    """

    def __init__(self, schedule: Schedule, batches: int) -> None:
        super().__init__(schedule)
        self.batches = batches

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Measure gradients before the round, and what the round did to the weights after it."""
        with untouched(*member.game.modules.values()):
            glimpses = {player.name: self._compared(member, player) for player in member.game.players}
        yield
        readings: dict[Key, Tensor] = {
            (name, layer, quantity): value
            for name, glimpse in glimpses.items()
            for probe in PROBES.values()
            for (layer, quantity), value in probe(glimpse).items()
        }
        member.history.record(member.step, readings)

    def _compared(self, member: Member, player: Player) -> ProbeSnapshot:
        """Look, and for a member of another precision look in float32, too, at the same batches with the same noise."""
        if member.precision == FLOAT32:
            return self._unfaded(member, player, self._glimpse(member, player))
        with untouched(*member.game.modules.values()), products_on_cuda("ieee"):
            exact = self._glimpse(replace(member, precision=FLOAT32), player)
        glimpse = self._glimpse(member, player)
        return self._unfaded(member, player, glimpse._replace(rounded=(glimpse.gradients, exact.gradients)))

    def _unfaded(self, member: Member, player: Player, glimpse: ProbeSnapshot) -> ProbeSnapshot:
        """Look again in float64 where float32, or what has its range, is about to round gradients to zero."""
        lengths = torch.stack([torch.linalg.vector_norm(gradient) for gradient in glimpse.gradients[0]])
        if not (lengths <= FAINT).any():  # the one question that a look asks of its device
            return glimpse
        with double_precision(member.game.modules.values()):
            exact = self._glimpse(member, player)
        return exact._replace(weights=glimpse.weights, rounded=glimpse.rounded)

    def _glimpse(self, member: Member, player: Player) -> ProbeSnapshot:
        rng = seeding.torch_generator(member.seed, "probe", player.name, member.step, device=member.rows.device)
        order = seeding.numpy_generator(member.seed, "probe", member.step)
        parameters = list(player.module.parameters())
        batches = [probe_batch(member, order, parameters[0].dtype) for _ in range(self.batches)]
        moving(member.game, player.module)

        def look(batch: Batch) -> tuple[Tensor, Sequence[Tensor]]:
            with products_in(member.precision, member.rows.device):
                loss = player.loss(batch, rng)
                return loss.detach(), torch.autograd.grad(loss, parameters)  # one graph at a time is kept in memory

        with captured_activations(player.module) as activations:
            first = look(batches[0])
        losses, gradients = zip(first, *map(look, batches[1:]), strict=True)
        contest = member.game.contest if player.name == "discriminator" else None
        with torch.no_grad():
            logits = contest.logits(batches[0], rng) if contest else None
        return ProbeSnapshot(
            module=player.module,
            losses=losses,
            gradients=gradients,
            weights=[parameter.detach().clone() for parameter in parameters],
            activations=activations,
            logits=logits,
        )


def probe_batch(member: Member, order: np.random.Generator, dtype: torch.dtype) -> Batch:
    """Draw a batch of the member's training data that is not one of its training stream."""
    batch = member.rows.batch(order.choice(member.stream.rows, member.stream.batch_size), member.step)
    return batch._replace(real=batch.real.to(dtype))


class EarlyStopping(Observer):
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
