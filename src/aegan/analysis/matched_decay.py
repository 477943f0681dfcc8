"""Overlap and cure: fresh discriminators compared at equal held-out cross-entropy rather than at equal steps.

The decades that a generator's gradient loses by a given step tell how fast a discriminator learns as much as how good
the gradient is. Overlap is the first alone: the steps until the discriminator has reached a held-out cross-entropy.
Cure is the second alone: the decades lost when it has, in both runs of a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aegan.analysis.member_tables import MemberTables
from aegan.tables import CROSS_ENTROPY_LEVELS, HELD_OUT_CROSS_ENTROPY, MEMBER, TRAINING_FAKES, WHOLE_NETWORK

if TYPE_CHECKING:
    import pandas as pd

RUN = MEMBER[:2]

#: gradient norms of which the first that a run has is read: that of log(1 − D), else that of its own loss
NORMS = ("minimax_gradient_norm", "own_gradient_norm")

#: the two sides of a pair
SIDES = ("method", "baseline")


class FreshRun(NamedTuple):
    """What was measured of one fresh discriminator, at ascending steps."""

    steps: np.ndarray  #: (N,) of looks at the cross-entropy
    cross_entropy: np.ndarray  #: (N,) held out
    gradient_steps: np.ndarray  #: (K,) of looks at the gradient, among `steps`
    norms: np.ndarray  #: (K,) of the generator's gradient

    @classmethod
    def read(cls, rows: pd.DataFrame) -> FreshRun:
        """Read a run from the rows of its whole networks: step, quantity, value."""
        curves = {name: own.set_index("step")["value"].sort_index() for name, own in rows.groupby("quantity")}
        curve = curves[HELD_OUT_CROSS_ENTROPY].clip(lower=np.finfo(float).tiny)  # logarithms are taken of it
        norms = next(curves[name] for name in NORMS if name in curves)
        return cls(*(own.to_numpy(float) for own in (curve.index, curve, norms.index, norms)))

    @property
    def diverged(self) -> bool:
        """Whether a measurement is not finite."""
        return not (np.isfinite(self.cross_entropy).all() and np.isfinite(self.norms).all())

    @property
    def deepest(self) -> float:
        """The lowest held-out cross-entropy; later ones may be higher, where the discriminator overfits."""
        return float(self.cross_entropy.min())

    def find_step(self, level: float) -> float:
        """Return the first step at which the cross-entropy has fallen to a level; inf if it never has.

        Between looks, its logarithm is taken to be linear in the step.
        """
        reached = np.flatnonzero(self.cross_entropy <= level)
        if not len(reached):
            return np.inf
        if (last := int(reached[0])) == 0:
            return float(self.steps[0])
        high, low = np.log(self.cross_entropy[last - 1 : last + 1])
        share = (high - np.log(level)) / (high - low)
        return float(self.steps[last - 1] + share * (self.steps[last] - self.steps[last - 1]))

    def compute_decades_lost(self, level: float) -> float:
        """Compute the decades of gradient lost, from its peak so far, when the cross-entropy has fallen to a level.

        Between looks at the gradient, the logarithm of its norm is taken to be linear in the way that the logarithm of
        the cross-entropy has gone, which is the change of the latter where it falls all the time. A level that is
        reached at a look is read there: no other look has a part in it.

        Returns:
            At least 0; inf for a gradient of zero at the looks that are read; NaN if the level is not reached.
        """
        step = self.find_step(level)
        if not np.isfinite(step):
            return np.nan
        path = np.log(self.cross_entropy)
        way = np.concatenate([[0.0], np.abs(np.diff(path)).cumsum()])
        here, looks = (np.interp(at, self.steps, way) for at in (step, self.gradient_steps))
        seen = self.gradient_steps <= step
        with np.errstate(divide="ignore"):
            logs = np.log10(self.norms)
        last = int(np.flatnonzero(seen)[-1])
        read = slice(last, last + 1 if looks[last] == here else last + 2)
        if np.isneginf(logs[read]).any():
            return np.inf
        now = np.interp(here, looks[read], logs[read])
        return float(max(logs[seen].max(), now) - now)


def read_overlap(tables: MemberTables, level: float, fakes: str = TRAINING_FAKES) -> pd.Series:
    """Read log10 of the steps that a fresh discriminator needs until a held-out cross-entropy, by member.

    It is that of the last stage. inf: not reached within the budget (censored), which ranks best. NaN: the member, or
    its discriminator, diverged.

    Args:
        tables: the tables of the study.
        level: the cross-entropy, sum of the terms of real data and of fakes in nats; that of guessing is 1.386.
        fakes: what the discriminator is set against; a method that has no such kind of its own is read against those
            that it trains on.
    """
    import pandas as pd

    runs = read_fresh_runs(tables, fakes)
    steps = [run.find_step(level) if run and not run.diverged else np.nan for run in runs.values()]
    members = pd.MultiIndex.from_frame(pd.DataFrame(runs.keys(), columns=MEMBER))
    return pd.Series(np.log10(np.maximum(steps, 1.0)), members, dtype=float)


def read_cure(
    tables: MemberTables,
    method: str,
    baseline: str,
    levels: Sequence[float] = CROSS_ENTROPY_LEVELS,
    fakes: str = TRAINING_FAKES,
) -> pd.DataFrame:
    """Read the decades of the generator's gradient lost at equal held-out cross-entropy in both runs of each pair.

    Args:
        tables: the tables of the study.
        method: one side of the pairs.
        baseline: the other; runs with the same data set and seed are a pair.
        levels: fixed cross-entropies to read at, besides the deepest.
        fakes: as in `read_overlap`, for the method; the baseline likewise.

    Returns:
        (dataset, seed) × `level`, the deepest cross-entropy that both runs reach; `method` and `baseline`, the decades
        each has lost there, both inf if it is above all of `levels`, where nothing can be lost yet, so that the pair
        tells nothing; and method_at_{level}, baseline_at_{level}, NaN where one of them does not reach it. A run
        that diverged is NaN; its partner is then read at its own deepest.
    """
    import pandas as pd

    runs = read_fresh_runs(tables, fakes)
    rows = {}
    for (dataset, name, seed), mine in runs.items():
        if name != method or (dataset, baseline, seed) not in runs:
            continue
        pair = dict(zip(SIDES, (mine, runs[dataset, baseline, seed]), strict=True))
        sound = {side: run for side, run in pair.items() if run and not run.diverged}
        common = max((run.deepest for run in sound.values()), default=np.nan)
        row = {"level": common} | {side: run.compute_decades_lost(common) for side, run in sound.items()}
        for level in levels if len(sound) == 2 else ():
            if level >= common:
                row |= {f"{side}_at_{level:g}": run.compute_decades_lost(level) for side, run in sound.items()}
        if len(sound) == 2 and common > max(levels):
            row |= dict.fromkeys(SIDES, np.inf)
        rows[dataset, seed] = row
    columns = ["level", *SIDES, *(f"{side}_at_{level:g}" for level in levels for side in SIDES)]
    pairs = pd.MultiIndex.from_frame(pd.DataFrame(rows.keys(), columns=["dataset", "seed"]))
    return pd.DataFrame(list(rows.values()), pairs, columns, dtype=float)


def read_fresh_runs(tables: MemberTables, fakes: str = TRAINING_FAKES) -> dict[tuple[str, str, int], FreshRun | None]:
    """Read the fresh discriminators of the last stage, by member; None if either of the two diverged.

    A method without a cross-entropy, because its logits are no log-odds, is absent; one whose runs all diverged is not.

    Args:
        tables: the tables of the study.
        fakes: as in `read_overlap`.
    """
    probe, gradients = tables.probe, tables.gradients
    if probe.empty:
        return {}
    probe = probe[probe["stage"] == probe.groupby(RUN)["stage"].transform("max")]
    kind = probe.groupby(RUN)["fakes"].transform(lambda kinds: fakes if fakes in set(kinds) else TRAINING_FAKES)
    probe = probe[probe["fakes"] == kind]
    whole = probe[(probe["layer"] == WHOLE_NETWORK) & probe["quantity"].isin([HELD_OUT_CROSS_ENTROPY, *NORMS])]
    runs: dict[Any, FreshRun | None] = {
        member: FreshRun.read(rows)
        for member, rows in whole.groupby(MEMBER, sort=False)
        if HELD_OUT_CROSS_ENTROPY in set(rows["quantity"])
    }
    measured = {member[:2] for member in runs}
    for table in (probe, gradients):
        diverged = set(table[table["quantity"] == "diverged"][MEMBER].itertuples(index=False, name=None))
        others = tables.list_methods_beside(diverged)
        runs |= {member: None for member in sorted(diverged) if member[:2] in measured or member[:2] not in others}
    return runs
