"""The one training loop, and the cohort that runs through it: every game, every member, every phase."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from aegan.training.checkpoint import Checkpoints
from aegan.training.cost import at_once, flops_per_round
from aegan.training.cuda_graph_engine import engine
from aegan.training.engine import EagerEngine, Engine
from aegan.training.member import Member
from aegan.training.memory_allocator import settle
from aegan.training.observers import Observer

log = logging.getLogger("aegan")

#: seconds between two lines of progress
PROGRESS_SECONDS = 10.0


class Cohort(NamedTuple):
    """Members whose training has ended, and the floating-point operations of a round, the same for each."""

    members: list[Member]
    flops: int


Cast = Sequence[tuple[Member, Sequence[Observer]]]

#: seed -> (member, observers)
Recruit = Callable[[int], tuple[Member, Sequence[Observer]]]


def train(member: Member, rounds: int, observers: Sequence[Observer], checkpoints: Checkpoints | None = None) -> None:
    """Play rounds until there are `rounds`, the member stops early, or it diverges."""
    train_together([(member, observers)], rounds, EagerEngine(), checkpoints)


def train_together(cast: Cast, rounds: int, player: Engine, checkpoints: Checkpoints | None = None) -> None:
    """Play rounds until every member has played `rounds`, stopped early, or diverged. The one loop of all training.

    Args:
        cast: the members, each with its observers.
        rounds: rounds each of them plays.
        player: plays them.
        checkpoints: where they are kept on the way.
    """
    playing, reported = [one for one in cast if not over(one[0], rounds)], time.monotonic()
    while playing:
        started = time.monotonic()
        members = [member for member, _ in playing]
        with ExitStack() as watching:
            for member, observers in playing:
                for observer in observers:
                    if observer.due(member.step):
                        watching.enter_context(observer.around(member))
            player.play(members, undisturbed(playing, rounds, player.stretch))
        for member in members:
            member.step += 1
            member.seconds += (time.monotonic() - started) / len(members)
        if checkpoints:
            checkpoints.save_when_due(playing)
        if time.monotonic() - reported > PROGRESS_SECONDS:
            reported = time.monotonic()
            log.info("%s", progress(members, rounds))
        for member in members:
            if over(member, rounds):
                player.leave(member)
                log.info("seed %d: %s", member.seed, outcome(member))
        playing = [one for one in playing if not over(one[0], rounds)]
    player.end()


def over(member: Member, rounds: int) -> bool:
    """Tell whether a member's training has ended."""
    return member.step >= rounds or member.stopped or member.divergence is not None


def undisturbed(playing: Cast, rounds: int, most: int) -> int:
    """Count the rounds until an observer is due to look at one that is not the first: at most `most`."""

    def free(member: Member, observers: Sequence[Observer]) -> int:
        longest = min(most, rounds - member.step)
        if any(observer.due(member.step) for observer in observers):
            return 1
        looks = (n for n in range(1, longest) if any(observer.due(member.step + n) for observer in observers))
        return next(looks, longest)

    return min(free(*one) for one in playing)


def progress(members: Sequence[Member], rounds: int) -> str:
    """Say how far the members are."""
    slowest = min(members, key=lambda member: member.step)
    left = len(members) * slowest.seconds / max(1, slowest.step) * (rounds - slowest.step)
    seeds = ", ".join(str(member.seed) for member in members)
    return f"seed {seeds}: round {slowest.step} of {rounds}, about {left:.0f} s left"


def outcome(member: Member) -> str:
    """Say in words how a member's training ended."""
    if member.divergence:
        step, network, layer, cause = member.divergence
        return f"diverged at step {step}: {network}, layer {layer}: {cause}"
    early = "stopped early after" if member.stopped else "finished"
    return f"{early} {member.step} rounds in {member.seconds:.1f} s"


def train_cohort(
    seeds: Sequence[int],
    rounds: int,
    recruit: Recruit,
    checkpoints: Checkpoints,
) -> Cohort:
    """Train the members of a cohort, taking up checkpoints of an interrupted run.

    On a CPU one trains after the other, on CUDA as many at once as fit. A member's result does not depend on the
    cohort it is in.

    Args:
        seeds: the members.
        rounds: rounds each of them plays.
        recruit: makes the member of a seed and its observers.
        checkpoints: where interrupted members are kept.

    Raises:
        PreemptedError: the job was told to end (SIGTERM), and its checkpoint is written.
    """
    counted = recruit(seeds[0])[0]
    device = counted.rows.device
    settle(device)
    flops, together, members = flops_per_round(counted), at_once(counted), []
    del counted
    for start in range(0, len(seeds), together):
        cast = [recruited(seed, recruit, checkpoints) for seed in seeds[start : start + together]]
        with checkpoints.heeding_sigterm():
            train_together(cast, rounds, engine(device), checkpoints)
            for member, observers in cast:
                checkpoints.save(member, observers)
        for member, observers in cast:
            for observer in observers:
                observer.finish(member)
            members.append(member)
    return Cohort(members, flops)


def recruited(seed: int, recruit: Recruit, checkpoints: Checkpoints) -> tuple[Member, Sequence[Observer]]:
    """Make the member of a seed and its observers, and bring them to where an interrupted run left off."""
    member, observers = recruit(seed)
    if checkpoints.restore(member, observers):
        log.info("seed %d: resumes at round %d", seed, member.step)
    return member, observers
