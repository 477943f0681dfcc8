"""The one training loop, and the cohort that runs through it: every game, every member, every phase."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple, TypeVar

from aegan.progress import ProgressLog, log_line, track
from aegan.training.checkpoint import Checkpoints
from aegan.training.cost import count_concurrent_members, count_flops_per_move, flops_per_round
from aegan.training.engine import EagerEngine, Engine
from aegan.training.member import Member
from aegan.training.memory_allocator import configure_process
from aegan.training.observers import Observer
from aegan.training.pace import Pace
from aegan.training.validated_engine import select_engine

#: a member and its observers
ObservedMember = tuple[Member, Sequence[Observer]]

#: what tells the members of a cohort apart
Key = TypeVar("Key")

#: seed -> its member and observers
MemberFactory = Callable[[int], ObservedMember]


class Cohort(NamedTuple):
    """Members whose training has ended."""

    members: list[Member]
    flops: int  #: floating-point operations of a round of each
    engine: str  #: how rounds were played, and those of how many members at once


def train(member: Member, rounds: int, observers: Sequence[Observer], checkpoints: Checkpoints | None = None) -> None:
    """Train one member eagerly until it has played `rounds` rounds, stops early, or diverges.

    Args:
        member: the member.
        rounds: total number of rounds.
        observers: its observers.
        checkpoints: where its state is saved during training.
    """
    train_together([(member, observers)], rounds, EagerEngine(), checkpoints)


def train_together(
    cohort: Sequence[ObservedMember], rounds: int, engine: Engine, checkpoints: Checkpoints | None = None
) -> None:
    """Train until every member has played `rounds` rounds, stopped early, or diverged. The one loop of all training.

    Args:
        cohort: the members, each with its observers.
        rounds: total number of rounds of each member.
        engine: plays the rounds.
        checkpoints: where the members' state is saved during training.
    """
    active = [pair for pair in cohort if not is_finished(pair[0], rounds)]
    pace, progress = Pace(rounds), ProgressLog()
    while active:
        started = time.monotonic()
        members = [member for member, _ in active]
        with ExitStack() as looks:
            for member, observer in track(due_observers(active), "looks at members"):
                looks.enter_context(pace.time_look(member, observer))
            with pace.time_rounds(members):
                engine.play(members, rounds_until_look(active, rounds, engine.max_rounds))
        for member in members:
            member.seconds += (time.monotonic() - started) / len(members)
        if checkpoints:
            checkpoints.save_when_due(active)
        for member in members:
            if is_finished(member, rounds):
                engine.retire(member)
                log_line(f"{member.name}: {describe_outcome(member)}")
        active = [pair for pair in active if not is_finished(pair[0], rounds)]
        if active:
            progress.log_when_due(partial(describe_progress, active, pace))
    engine.finish()


def is_finished(member: Member, rounds: int) -> bool:
    """Return whether a member's training has ended."""
    return member.step >= rounds or member.stopped or member.divergence is not None


def due_observers(active: Sequence[ObservedMember]) -> list[tuple[Member, Observer]]:
    """List the observers that are due at their member's next round."""
    return [(member, one) for member, observers in active for one in observers if one.due(member.step)]


def rounds_until_look(active: Sequence[ObservedMember], rounds: int, most: int) -> int:
    """Count the rounds that can be played before an observer is due: 1 if one is due at the next round.

    Args:
        active: the members in training, each with its observers.
        rounds: total number of rounds of each member.
        most: upper bound of the result.
    """

    def rounds_of(member: Member, observers: Sequence[Observer]) -> int:
        longest = min(most, rounds - member.step)
        if any(observer.due(member.step) for observer in observers):
            return 1
        looks = (n for n in range(1, longest) if any(observer.due(member.step + n) for observer in observers))
        return next(looks, longest)

    return min(rounds_of(*pair) for pair in active)


def describe_progress(active: Sequence[ObservedMember], pace: Pace) -> str:
    """Describe the progress of the members in training, each with its observers, and the time left, in seconds."""
    step = min(member.step for member, _ in active)
    parts = {member.part: ", ".join(str(m.seed) for m, _ in active if m.part == member.part) for member, _ in active}
    names = "; ".join(f"seed {seeds} of {part}" if part else f"seed {seeds}" for part, seeds in parts.items())
    return f"{names}: round {step} of {pace.rounds}, about {pace.estimate_seconds_left(active):.0f} s left"


def describe_outcome(member: Member) -> str:
    """Describe how a member's training ended."""
    if member.divergence:
        step, network, layer, cause = member.divergence
        return f"diverged at step {step}: {network}, layer {layer}: {cause}"
    early = "stopped early after" if member.stopped else "finished"
    return f"{early} {member.step} rounds in {member.seconds:.1f} s"


def train_cohort(
    keys: Sequence[Key], rounds: int, make_member: Callable[[Key], ObservedMember], checkpoints: Checkpoints
) -> Cohort:
    """Train the members of a cohort, resuming from checkpoints of an interrupted run.

    On a CPU members of small networks train together and others one after the other, on CUDA as many at the same time
    as fit. A member's result does not depend on its cohort.

    Args:
        keys: one member each: its seed, or what else `make_member` tells members apart by.
        rounds: total number of rounds of each member.
        make_member: makes the member of a key and its observers.
        checkpoints: of the job.

    Raises:
        PreemptedError: the job received SIGTERM; its checkpoints are written.
    """
    sample = make_member(keys[0])[0]
    device = sample.dataset.device
    configure_process(device)
    flops, members = flops_per_round(sample), []
    concurrent, flops_per_move = count_concurrent_members(sample, flops), count_flops_per_move(sample, flops)
    del sample
    for start in range(0, len(keys), concurrent):
        cohort = [make_or_resume(key, make_member, checkpoints) for key in keys[start : start + concurrent]]
        engine = select_engine(device, flops_per_move)
        with checkpoints.finish_round_on_sigterm():
            train_together(cohort, rounds, engine, checkpoints)
            for member, observers in cohort:
                checkpoints.save(member, observers)
        for member, observers in cohort:
            for observer in observers:
                observer.finish(member)
            members.append(member)
    return Cohort(members, flops, f"{engine.name}, up to {min(concurrent, len(keys))} members at once")


def make_or_resume(key: Key, make_member: Callable[[Key], ObservedMember], checkpoints: Checkpoints) -> ObservedMember:
    """Make the member of a key and its observers, in the state of its checkpoint if there is one.

    Args:
        key: of the member.
        make_member: makes it.
        checkpoints: of the job.
    """
    member, observers = make_member(key)
    if checkpoints.restore(member, observers):
        log_line(f"{member.name}: resumes at round {member.step}")
    return member, observers
