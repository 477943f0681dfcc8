"""The mechanism of each comparison: in which factor of the generator's gradient a method differs from its baseline.

The gradient is E[s · Jᵀ∇ₓa], the product of a slope of the loss, of the field that the discriminator passes back and of
the gain of the generator, so its difference in decades is the sum of theirs. Beside it stand the discriminator's speed
and the anchor's share, which are no factors of it. What accompanies an effect need not be its cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.fresh_runs import FreshRun
from aegan.analysis.member_tables import MemberTables, list_diverged
from aegan.analysis.study_schema import MECHANISM
from aegan.analysis.training_factors import TrainingRun, read_training_runs
from aegan.seeding import numpy_generator
from aegan.statistics.contributions import Contributions, estimate_contributions
from aegan.statistics.pairs import Pairs
from aegan.tables import CROSS_ENTROPY_LEVELS, FACTORS, TRAINING_FAKES

#: parts of a difference in gradient: its factors, and the rest, of medians over batches and of other terms of the loss
GRADIENT_PARTS = (*FACTORS, "rest")

#: the part of a row that is the sum of the others of its reading
TOTAL = "total"

#: what the column `bearing` says of a part: the difference lies in it, goes against it, or neither is shown
CARRIES, OPPOSES, OPEN = "carries", "opposes", "open"

#: the least share of a difference of a part that bears on it
SHARE = 0.5

Member = tuple[str, str, int]


class Runs(NamedTuple):
    """What is known of the members of a study, by dataset, method and seed."""

    fresh: Mapping[Member, FreshRun | None]  #: fresh discriminators against the generators of the last stage
    training: Mapping[Member, TrainingRun]


class Reading(NamedTuple):
    """What is read of both members of a pair.

    Attributes:
        unit: of the difference.
        parts: of the difference.
        read: (runs, member, its partner) -> the difference between them in these parts, which may not be finite; None
            if the two were not measured.
        explains: the endpoint whose paired difference this is, if there is one.
    """

    unit: str
    parts: tuple[str, ...]
    read: Callable[[Runs, Member, Member], np.ndarray | None]
    explains: str = ""

    @property
    def label(self) -> str:
        """That of the endpoint in the decision table; empty if there is none."""
        return ENDPOINTS[self.explains].label if self.explains else ""


def _find_fresh_pair(runs: Runs, member: Member, partner: Member) -> tuple[list[FreshRun], float] | None:
    """Find the fresh discriminators of both, if they did not diverge, and the deepest cross-entropy of both."""
    found = [run for run in map(runs.fresh.get, (member, partner)) if run and not run.diverged]
    return (found, max(run.deepest for run in found)) if len(found) == 2 else None


def _read_fresh(runs: Runs, member: Member, partner: Member, *, lost: bool) -> np.ndarray | None:
    pair = _find_fresh_pair(runs, member, partner)
    if not pair or not all(run.factors for run in pair[0]):
        return None
    found, level = pair
    if lost and level > max(CROSS_ENTROPY_LEVELS):
        return None  # nothing can be lost yet, and the pair is a tie, as in the endpoint
    mine, other = (
        np.array([run.read_at_level(level, own) for own in (*(run.factors[name] for name in FACTORS), run.norms)])
        for run in found
    )
    with np.errstate(invalid="ignore"):  # a gradient of zero, which has no factors
        return _split_rest(*((own[:, 1] - own[:, 0] if lost else own[:, 1]) for own in (mine, other)))


def _read_training(runs: Runs, member: Member, partner: Member, *, lost: bool) -> np.ndarray | None:
    found = [run for run in map(runs.training.get, (member, partner)) if run]
    if len(found) < 2:
        return None
    with np.errstate(invalid="ignore"):
        return _split_rest(*((run.end - run.peak if lost else run.end) for run in found))


def _split_rest(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the differences of the factors (3,), and what they lack of that of the norm, from log10 of all (4,)."""
    *factors, norm = mine - other
    return np.array([*factors, norm - sum(factors)])


def _read_speed(runs: Runs, member: Member, partner: Member) -> np.ndarray | None:
    if not (pair := _find_fresh_pair(runs, member, partner)):
        return None
    mine, other = (np.log10(max(run.find_step(pair[1]), 1.0)) for run in pair[0])
    return np.array([mine - other])


def _read_anchor(runs: Runs, member: Member, partner: Member) -> np.ndarray | None:
    found = [run for run in map(runs.training.get, (member, partner)) if run]
    if len(found) < 2 or all(run.anchor is None for run in found):
        return None
    mine, other = (run.anchor or 0.0 for run in found)
    return np.array([mine - other])


#: what is read of every pair; positive: the method's gradient is larger or has lost less, its discriminator needs more
#: steps, its anchor has more of the gradient. Of a fresh discriminator everything is read at the deepest held-out
#: cross-entropy that both of a pair reach, under log(1 − D); of training, over its last part, under the own loss.
READINGS: dict[str, Reading] = {
    "lost": Reading("decades", GRADIENT_PARTS, lambda *own: _read_fresh(*own, lost=True), "cure"),
    "level": Reading("decades", GRADIENT_PARTS, lambda *own: _read_fresh(*own, lost=False)),
    "training_lost": Reading("decades", GRADIENT_PARTS, lambda *own: _read_training(*own, lost=True), "lost"),
    "training_level": Reading("decades", GRADIENT_PARTS, lambda *own: _read_training(*own, lost=False)),
    "speed": Reading("decades of steps", ("speed",), _read_speed),
    "anchor": Reading("share", ("anchor",), _read_anchor),
}


def tabulate_mechanism(pairs: Iterable[Pairs], tables: MemberTables, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Tabulate in which parts the gradient of each method differs from that of its baseline.

    Args:
        pairs: the pairs that the study decides on.
        tables: the tables of the study.
        settings: the config's section `report`.

    Returns:
        `MECHANISM`: per comparison, reading and part, the contribution in the unit, its interval, p and p corrected
        over the parts; n pairs, and how many were left out, because one of them diverged, its gradient is zero,
        nothing can be lost yet or it was not measured. `bearing`: whether the difference lies in this part
        (`judge_parts`). A reading that no pair has is absent.
    """
    seeds: dict[tuple[str, str, str], set[int]] = {}
    for own in pairs:
        seeds.setdefault((own.dataset, own.method, own.baseline), set()).update(own.by_seed.index)
    runs = Runs(tables.find_fresh_runs(TRAINING_FAKES), read_training_runs(tables, list_diverged(tables)))
    rows: list[tuple[Any, ...]] = []
    for (dataset, method, baseline), found in seeds.items():
        for name, reading in READINGS.items():
            read = [reading.read(runs, (dataset, method, seed), (dataset, baseline, seed)) for seed in sorted(found)]
            parts = [own for own in read if own is not None and np.isfinite(own).all()]
            if not parts:
                continue
            estimated = estimate_contributions(
                np.array(parts),
                confidence=settings["confidence"],
                resamples=settings["resamples"],
                rng=numpy_generator(0, "mechanism", dataset, method, baseline, name),
            )
            bearings, counts = judge_parts(name, estimated, settings), (len(parts), len(found) - len(parts))
            names = reading.parts if len(reading.parts) == 1 else (*reading.parts, TOTAL)
            rows += [
                (dataset, method, baseline, name, part, reading.unit, *numbers, *counts, bearing)
                for part, numbers, bearing in zip(names, zip(*estimated, strict=True), bearings, strict=False)
            ]
    return pd.DataFrame(rows, columns=MECHANISM)


def judge_parts(name: str, estimated: Contributions, settings: Mapping[str, Any]) -> list[str]:
    """Judge which parts of a reading carry its difference or oppose it, and last whether there is a difference.

    What is judged differs from zero: its interval excludes it, and so does its corrected p. A difference in gradient or
    in speed must also matter: its interval does not lie within the margin of gradients. A part of it carries it if it
    has its direction, and opposes it if it has the other one, if it is at least half as large. An anchor must be at
    least half of the gradient. All else is open.

    Args:
        name: of the reading.
        estimated: the contributions of its k parts, and the total.
        settings: the config's section `report`: alpha, gradient_margin.

    Returns:
        k + 1 words: `CARRIES`, `OPPOSES` or `OPEN`.
    """
    effect, low, high, _, p = estimated
    shown = ((low > 0) | (high < 0)) & (p < settings["alpha"])
    margin = SHARE if name == "anchor" else settings["gradient_margin"]
    matters = abs(effect[-1]) >= margin if name == "anchor" else max(-low[-1], high[-1]) >= margin
    large = shown & shown[-1] & matters & (np.abs(effect) >= SHARE * abs(effect[-1]))
    return [str(word) for word in np.where(large, np.where(effect * effect[-1] > 0, CARRIES, OPPOSES), OPEN)]
