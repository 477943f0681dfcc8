"""Weights kept on the way: a generator of several training stages is what a fresh discriminator is set against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aegan.training.checkpoint import weights_of
from aegan.training.member import Member
from aegan.training.observers import Observer


class Stages(Observer):
    """Keeps the weights of every module as they are after some rounds, in the member's `stages`.

    Args:
        fractions: shares of the training, in (0, 1].
        rounds: rounds of the whole training.
    """

    def __init__(self, fractions: Sequence[float], rounds: int) -> None:
        self.rounds = [max(1, round(fraction * rounds)) for fraction in fractions]

    def due(self, step: int) -> bool:
        """Look after the rounds that are to be kept."""
        return step + 1 in self.rounds

    @contextmanager
    def around(self, member: Member) -> Iterator[None]:
        """Keep the weights after the round; those of a round that diverged are no stage."""
        yield
        if not member.divergence:
            kept = weights_of(member.game.modules)
            member.stages |= {f"{member.step + 1}/{name}": value.clone() for name, value in kept.items()}
