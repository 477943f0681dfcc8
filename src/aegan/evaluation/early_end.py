"""The early end of a fresh discriminator's training: at a given cross-entropy on rows that it is not trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import softplus

from aegan import seeding
from aegan.data.batch import Batch
from aegan.games.game import DiscriminatorTask
from aegan.probes.preserved_state import preserve_state
from aegan.probes.schedules import Schedule
from aegan.training.member import Member
from aegan.training.observers import ScheduledObserver

#: share of the data that a fresh discriminator with an early end is not trained on
HELD_OUT = 0.1


class EarlyEnd(ScheduledObserver):
    """Ends the training of a discriminator once its held-out cross-entropy has fallen to a level.

    The level is checked before scheduled rounds, so the probe's reading before the last round is that of the
    discriminator that reached it. All checks of a member see the same real data and fakes.

    Args:
        schedule: step -> whether to check before the round that follows it.
        task: what the discriminator tells apart.
        held_out: int64 row numbers (N,) of the data that are not trained on.
        batches: number of batches to compute the cross-entropy on.
        level: of the cross-entropy, in nats per sample.
    """

    def __init__(
        self, schedule: Schedule, task: DiscriminatorTask, held_out: np.ndarray, batches: int, level: float
    ) -> None:
        super().__init__(schedule)
        self.task, self.held_out, self.batches, self.level = task, held_out, batches, level

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Compare the cross-entropy before the round with the level."""
        reached = self._compute_cross_entropy(member).item() <= self.level
        yield
        member.stopped = reached

    def _compute_cross_entropy(self, member: Member) -> Tensor:
        order = seeding.numpy_generator(member.seed, "early end")
        rng = seeding.torch_generator(member.seed, "early end", device=member.dataset.device)
        size = member.sampler.batch_size
        rows = order.choice(self.held_out, (self.batches, size), replace=self.batches * size > len(self.held_out))
        with torch.no_grad(), preserve_state(*member.game.modules.values()):
            batches = [member.dataset.select_batch(own, member.step) for own in rows]
            return compute_cross_entropy(self.task, batches, rng)


def compute_cross_entropy(task: DiscriminatorTask, batches: Sequence[Batch], rng: torch.Generator) -> Tensor:
    """Compute the binary cross-entropy (), in float64, of a discriminator's logits on real data and as many fakes.

    That of guessing is ln 2 = 0.69 nats.

    Args:
        task: what the discriminator tells apart.
        batches: real batches.
        rng: draws the game's noise.
    """
    pairs = [task.compute_logit_pair(batch, rng) for batch in batches]
    real, fake = (torch.cat([logits.double().flatten() for logits in side]) for side in zip(*pairs, strict=True))
    return (softplus(-real).mean() + softplus(fake).mean()) / 2
