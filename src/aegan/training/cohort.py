"""The one training loop, and the cohort that runs through it: every game, every member, every phase."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import pandas as pd

from aegan.training.checkpoint import Checkpoints
from aegan.training.cost import flops_per_round, parameters
from aegan.training.member import Divergence, Member, play_round
from aegan.training.observers import Observer

log = logging.getLogger("aegan")

#: seconds between two lines of progress
PROGRESS_SECONDS = 10.0


class Cohort(NamedTuple):
    """Members whose training has ended, and the floating-point operations of a round, the same for each."""

    members: list[Member]
    flops: int


def train(member: Member, rounds: int, observers: Sequence[Observer], checkpoints: Checkpoints | None = None) -> None:
    """Play rounds until there are `rounds`, the member stops early, or it diverges."""
    started, reported = time.monotonic() - member.seconds, time.monotonic()
    while member.step < rounds and not member.stopped and not member.divergence:
        with ExitStack() as watching:
            for observer in observers:
                if observer.due(member.step):
                    watching.enter_context(observer.around(member))
            play_round(member)
        member.step += 1
        member.seconds = time.monotonic() - started
        if checkpoints:
            checkpoints.save_when_due(member, observers)
        if time.monotonic() - reported > PROGRESS_SECONDS:
            reported = time.monotonic()
            left = member.seconds / member.step * (rounds - member.step)
            log.info("seed %d: round %d of %d, about %.0f s left", member.seed, member.step, rounds, left)
    log.info("seed %d: %s", member.seed, outcome(member))


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
    recruit: Callable[[int], tuple[Member, Sequence[Observer]]],
    checkpoints: Checkpoints,
) -> Cohort:
    """Train the members of a cohort one after the other, taking up checkpoints of an interrupted run.

    A member's result does not depend on the cohort it is in.

    Args:
        seeds: the members.
        rounds: rounds each of them plays.
        recruit: makes the member of a seed and its observers.
        checkpoints: where interrupted members are kept.

    Raises:
        PreemptedError: the job was told to end (SIGTERM), and its checkpoint is written.
    """
    flops = flops_per_round(recruit(seeds[0])[0])
    members = []
    for seed in seeds:
        member, observers = recruit(seed)
        if checkpoints.restore(member, observers):
            log.info("seed %d: resumes at round %d", seed, member.step)
        with checkpoints.heeding_sigterm():
            train(member, rounds, observers, checkpoints)
            checkpoints.save(member, observers)
        for observer in observers:
            observer.finish(member)
        members.append(member)
    return Cohort(members, flops)


def histories(members: Sequence[Member]) -> pd.DataFrame:
    """Join the members' histories: seed, step, network, layer, quantity, value; a divergence is a row of its own."""
    frames = []
    for member in members:
        frame = with_divergence(member.history.frame(), member.divergence)
        frame.insert(0, "seed", member.seed)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def with_divergence(history: pd.DataFrame, divergence: Divergence | None) -> pd.DataFrame:
    """Add a row for a divergence, if there was one, to a history: step, network, layer, quantity, value."""
    if not divergence:
        return history
    step, network, layer, _ = divergence
    row = {"step": step, "network": network, "layer": layer, "quantity": "diverged", "value": 1.0}
    return pd.concat([history, pd.DataFrame([row])], ignore_index=True)


def records(cohort: Cohort) -> list[dict[str, Any]]:
    """Describe how each member ended and what it cost, for run.json."""
    return [
        {
            "seed": member.seed,
            "rounds": member.step,
            "stopped_early": member.stopped,
            "divergence": member.divergence._asdict() if member.divergence else None,
            "seconds": round(member.seconds, 3),
            "flops": cohort.flops * member.step,
            "parameters": parameters(member),
        }
        for member in cohort.members
    ]
