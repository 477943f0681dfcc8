"""The engine for CPUs: a round is recorded once, then played for all members at once and without autograd."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.training.batched_engine import BatchedEngine, MemberBranch, restore, snapshot
from aegan.training.checkpoint import training_tensors
from aegan.training.member import Member
from aegan.training.recording import CannotRecordError, Recording, is_same_round, record
from aegan.training.stacked_memory import give_own_memory
from aegan.training.stacked_program import StackedProgram

#: seconds after which rounds return to the training loop, which saves checkpoints and logs the progress
SECONDS_PER_CALL = 0.5


class StackedEngine(BatchedEngine):
    """Plays a round of all members by a program that is made from a recording of one member's round.

    A member's result is bit-identical to that of the eager loop, so it does not depend on the other members.

    Args:
        members: the members, all on the CPU; they have played their first rounds.

    Raises:
        CannotRecordError: the round cannot be played again without its Python code.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        super().__init__(members)
        self.recording = self._record()
        self.program: StackedProgram | None = self._make_program()
        self.seconds_per_round = 0.0

    @property
    def max_rounds(self) -> int:
        """Rounds that take about `SECONDS_PER_CALL`, and whose data are ready."""
        in_time = int(SECONDS_PER_CALL / self.seconds_per_round) if self.seconds_per_round else 1
        return max(1, min(in_time, super().max_rounds))

    def _record(self) -> Recording:
        """Record a round of each member, which is undone; return the first recording."""
        first, *others = map(record_round, self.branches.values())
        if not all(is_same_round(first, other) for other in others):
            raise CannotRecordError("the members' rounds are not the same operations")
        return first

    def _make_program(self) -> StackedProgram:
        branches = list(self.branches.values())
        program = StackedProgram(self.recording, [list_storage(branch) for branch in branches])
        for branch in branches:  # the program has moved tensors into stacks
            branch.captured_storage = {key: tensor.data for key, tensor in training_tensors(branch.member).items()}
        return program

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play rounds of the members, whose number may have fallen since the last call."""
        if self.program is None:
            self.program = self._make_program()
        super().play(members, rounds)

    @torch.no_grad()
    def run(self, rounds: int) -> None:
        """Play prepared rounds of all members."""
        assert self.program, "`play` makes it"
        started = time.perf_counter()
        for _ in range(rounds):
            self.program()
        self.seconds_per_round = (time.perf_counter() - started) / rounds

    def retire(self, member: Member) -> None:
        """Leave the member as it is: the next program is made for the others."""
        give_own_memory(member)
        self.branches.pop(id(member))
        self.program = None


def record_round(branch: MemberBranch) -> Recording:
    """Record the next round of a branch's member, and undo it."""
    start = snapshot(branch.member)
    branch.prepare(1)
    try:
        return record(branch.play_round, list_storage(branch))
    finally:
        restore(branch.member, start)


def list_storage(branch: MemberBranch) -> dict[str, Tensor | torch.Generator]:
    """List what a branch's round reads and changes, by name: tensors of any shape, and generators."""
    batches, member = branch.batches, branch.member
    tensors = training_tensors(member) | {
        "nonfinite": branch.nonfinite,
        "values": batches.values,
        "row_numbers": batches.row_numbers,
        "position": batches.position,
        "step": batches.step,
    }
    labels = {} if batches.labels is None else {"labels": batches.labels}
    return tensors | labels | {f"rng/{name}": rng for name, rng in member.noise.items()}
