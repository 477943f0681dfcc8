"""Fresh discriminators as they were measured: their held-out cross-entropy and the gradient of the frozen generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from aegan.analysis.member_tables import list_members
from aegan.tables import FACTORS, HELD_OUT_CROSS_ENTROPY, MEMBER, TRAINING_FAKES, WHOLE_NETWORK

if TYPE_CHECKING:
    import pandas as pd

    from aegan.analysis.member_tables import MemberTables

RUN = MEMBER[:2]

#: gradient norms of which the first that a run has is read: that of log(1 − D), else that of its own loss
NORMS = ("minimax_gradient_norm", "own_gradient_norm")


class FreshRun(NamedTuple):
    """What was measured of one fresh discriminator, at ascending steps."""

    steps: np.ndarray  #: (N,) of looks at the cross-entropy
    cross_entropy: np.ndarray  #: (N,) held out
    gradient_steps: np.ndarray  #: (K,) of looks at the gradient, among `steps`
    norms: np.ndarray  #: (K,) of the generator's gradient
    factors: Mapping[str, np.ndarray] = {}  #: (K,) each of `FACTORS` of it, where they are known

    @classmethod
    def read(cls, rows: pd.DataFrame) -> FreshRun:
        """Read a run from the rows of its whole networks: step, quantity, value."""
        curves = {name: own.set_index("step")["value"].sort_index() for name, own in rows.groupby("quantity")}
        curve = curves[HELD_OUT_CROSS_ENTROPY].clip(lower=np.finfo(float).tiny)  # logarithms are taken of it
        name = next(name for name in NORMS if name in curves)
        norms, loss = curves[name], name.removesuffix("gradient_norm")
        factors = {own: curves[f"{loss}{own}"].to_numpy(float) for own in FACTORS if f"{loss}{own}" in curves}
        looks = curve.index.to_numpy(float), curve.to_numpy(float)
        return cls(*looks, norms.index.to_numpy(float), norms.to_numpy(float), factors)

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

        Returns:
            At least 0; inf for a gradient of zero at the looks that are read; NaN if the level is not reached.
        """
        peak, now = self.read_at_level(level, self.norms)
        return np.inf if np.isneginf(now) else float(peak - now)

    def read_at_level(self, level: float, values: np.ndarray) -> np.ndarray:
        """Read log10 of a quantity at the gradient's peak so far, and when the cross-entropy has fallen to a level.

        Between looks at the gradient, the logarithm is taken to be linear in the way that the logarithm of the
        cross-entropy has gone, which is the change of the latter where it falls all the time. So the logarithms of
        factors add up to that of their product. A level that is reached at a look is read there: no other look has a
        part in it.

        Args:
            level: the cross-entropy.
            values: (K,) the quantity at the looks at the gradient.

        Returns:
            (2,) at the peak and at the level; NaN if the level is not reached.
        """
        step = self.find_step(level)
        if not np.isfinite(step):
            return np.full(2, np.nan)
        path = np.log(self.cross_entropy)
        way = np.concatenate([[0.0], np.abs(np.diff(path)).cumsum()])
        here, looks = (np.interp(at, self.steps, way) for at in (step, self.gradient_steps))
        seen = self.gradient_steps <= step
        last = int(np.flatnonzero(seen)[-1])
        read = slice(last, last + 1 if looks[last] == here else last + 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            norms, logs = np.log10(self.norms), np.log10(values)

        def interpolate(curve: np.ndarray) -> float:
            return -np.inf if np.isneginf(curve[read]).any() else float(np.interp(here, looks[read], curve[read]))

        peak, now = np.argmax(np.where(seen, norms, -np.inf)), interpolate(logs)
        return np.array([now if interpolate(norms) > norms[peak] else logs[peak], now])


def read_fresh_runs(tables: MemberTables, fakes: str = TRAINING_FAKES) -> dict[tuple[str, str, int], FreshRun | None]:
    """Read the fresh discriminators of the last stage, by member; None if either of the two diverged.

    Endpoints take them from `MemberTables.find_fresh_runs`, which reads each kind once. A method without a
    cross-entropy, because its logits are no log-odds, is absent; one whose runs all diverged is not.

    Args:
        tables: the tables of the study.
        fakes: what the discriminators are set against; a method that has no such kind of its own is read against those
            that it trains on.
    """
    probe, gradients = tables.probe, tables.gradients
    if probe.empty:
        return {}
    probe = probe[probe["stage"] == probe.groupby(RUN)["stage"].transform("max")]
    kind = probe.groupby(RUN)["fakes"].transform(lambda kinds: fakes if fakes in set(kinds) else TRAINING_FAKES)
    probe = probe[probe["fakes"] == kind]
    read = [HELD_OUT_CROSS_ENTROPY, *NORMS, *(f"minimax_{factor}" for factor in FACTORS)]
    whole = probe[(probe["layer"] == WHOLE_NETWORK) & probe["quantity"].isin(read)]
    runs: dict[Any, FreshRun | None] = {
        member: FreshRun.read(rows)
        for member, rows in whole.groupby(MEMBER, sort=False)
        if HELD_OUT_CROSS_ENTROPY in set(rows["quantity"])
    }
    measured = {member[:2] for member in runs}
    for table in (probe, gradients):
        diverged = list_members(table[table["quantity"] == "diverged"])
        others = tables.list_methods_beside(diverged)
        runs |= {member: None for member in sorted(diverged) if member[:2] in measured or member[:2] not in others}
    return runs
