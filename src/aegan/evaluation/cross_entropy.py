"""The cross-entropies of a fresh discriminator during its training: of training rows, and of held-out rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import softplus

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import DiscriminatorTask
from aegan.probes.history import History, Key
from aegan.probes.preserved_state import preserve_state
from aegan.probes.schedules import Schedule, logarithmic
from aegan.tables import HELD_OUT_CROSS_ENTROPY, TRAIN_CROSS_ENTROPY, WHOLE_NETWORK
from aegan.training.member import Member
from aegan.training.observers import ScheduledObserver

#: share of the data that a fresh discriminator is not trained on
HELD_OUT = 0.2
#: most rows of either kind that a cross-entropy is computed on
ROWS = 1024
#: points of the logarithmic schedule: neighbouring steps differ by a twelfth at most
POINTS = 100

KEYS: list[Key] = [("discriminator", WHOLE_NETWORK, name) for name in (HELD_OUT_CROSS_ENTROPY, TRAIN_CROSS_ENTROPY)]


class Drawn(NamedTuple):
    """Real data and fakes, (B, ...) both, and the batch they belong to."""

    real: Tensor
    fake: Tensor
    batch: Batch


class CrossEntropyCurves(ScheduledObserver):
    """Records both cross-entropies of a discriminator's logits in `history`, and can end its training at a level.

    All looks at a member see the same real data and the same noise of the fakes, so that the curves are smooth. They
    are denser than those at gradients, of which they are a small part of the cost.

    Args:
        schedule: steps of looks at gradients, which are looked at as well; training ends at these alone, so that the
            last gradients are those of the discriminator that reached the level.
        steps: of the discriminator, at most.
        task: what the discriminator tells apart.
        rows: int64 row numbers (N,) that it is not trained on, and those (M,) that it is.
        level: held-out cross-entropy at which training ends; None to never end it.
        fixed: whether data and fakes are the same at all steps, and need to be drawn only once.
    """

    def __init__(
        self,
        schedule: Schedule,
        steps: int,
        task: DiscriminatorTask,
        rows: tuple[np.ndarray, np.ndarray],
        level: float | None = None,
        fixed: bool = True,
    ) -> None:
        dense = logarithmic(steps + 1, points=POINTS)
        super().__init__(lambda step: dense(step) or schedule(step))
        self.task, self.rows, self.level, self.fixed, self.may_end = task, rows, level, fixed, schedule
        self.history, self._drawn = History(), list[list[Drawn]]()

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Record the cross-entropies before the round, and end the training after it if the level is reached."""
        with torch.no_grad(), preserve_state(*member.game.modules.values()):
            measured = [compute_cross_entropy(self.task, drawn) for drawn in self._draw(member)]
        self.history.record(member.step, dict(zip(KEYS, measured, strict=True)))
        yield
        if self.level is not None and self.may_end(member.step - 1):
            member.stopped = measured[0].item() <= self.level

    def state(self) -> dict[str, Tensor]:
        """Return the curves so far."""
        return self.history.state()

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Restore the curves so far: name -> tensor, of any shape, as `state` gave them."""
        self.history.load_state(state, KEYS)

    def _draw(self, member: Member) -> list[list[Drawn]]:
        """Draw real data and fakes of the rows held out, and of those trained on."""
        if not (self._drawn and self.fixed):
            self._drawn = [self._draw_rows(member, rows) for rows in self.rows]
        return self._drawn

    def _draw_rows(self, member: Member, rows: np.ndarray) -> list[Drawn]:
        rng = seeding.torch_generator(member.seed, "cross-entropy", device=member.dataset.device)
        size = member.sampler.batch_size
        count = size * max(1, min(len(self.rows[0]), ROWS) // size)  # whole batches, which packs and BatchNorm need
        order = seeding.numpy_generator(member.seed, "cross-entropy")
        chosen = order.choice(rows, (count // size, size), replace=count > len(rows))
        batches = [member.dataset.select_batch(own, member.step) for own in chosen]
        return [Drawn(self.task.real(batch, rng), self.task.fake(batch, rng), batch) for batch in batches]


def compute_cross_entropy(task: DiscriminatorTask, drawn: Sequence[Drawn]) -> Tensor:
    """Compute the cross-entropy () of logits, −E log σ(real) − E log(1 − σ(fake)), in nats and float64.

    It is the sum of a term of real data and one of fakes: that of guessing is 2 ln 2 = 1.386.

    Args:
        task: what the discriminator tells apart.
        drawn: real data and fakes.
    """
    real = torch.cat([task.compute_logits(own.real, own.batch).double().flatten() for own in drawn])
    fake = torch.cat([task.compute_logits(own.fake, own.batch).double().flatten() for own in drawn])
    return softplus(-real).mean() + softplus(fake).mean()
