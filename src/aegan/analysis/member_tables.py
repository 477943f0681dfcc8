"""The tables of a study that endpoints are computed from, by member."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from aegan.tables import MEMBER, WHOLE_NETWORK

if TYPE_CHECKING:
    import pandas as pd

    from aegan.analysis.fresh_runs import FreshRun
    from aegan.probes.findings import Windows

#: feature spaces in which the endpoints of quality are read: the first of them that a data set has
QUALITY_SPACES = ("classifier", "random", "points")


@dataclass(frozen=True)
class MemberTables:
    """The tables of a study that endpoints are computed from.

    Attributes:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        quality: dataset, method, seed, space, metric, value.
        diagnosis: dataset, method, seed, stage, quantity, value, as `summarise_diagnosis` gives it.
        cost: dataset, method, seed, flops.
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value: fresh discriminators.
        windows: shares of the run at its start and at its end over which a norm's median is taken.
    """

    gradients: pd.DataFrame
    quality: pd.DataFrame
    diagnosis: pd.DataFrame
    cost: pd.DataFrame
    probe: pd.DataFrame
    windows: Windows

    def list_methods_beside(self, members: Collection[tuple[str, str, int]]) -> set[tuple[str, str]]:
        """List the methods, (dataset, method), that have members besides these."""
        every = self.gradients[MEMBER].drop_duplicates().itertuples(index=False, name=None)
        return {member[:2] for member in set(every).difference(members)}

    @cached_property
    def find_fresh_runs(self) -> Callable[[str], dict[tuple[str, str, int], FreshRun | None]]:
        """`read_fresh_runs` of a kind of fakes, which reads each kind once: the pairs of a study share their runs."""
        from aegan.analysis.fresh_runs import read_fresh_runs

        return cache(partial(read_fresh_runs, self))

    @cached_property
    def gradient_changes(self) -> pd.DataFrame:
        """Decades (members × lost, grown) by which the generator's gradient norm fell and rose, from its peak.

        lost is log10(peak / end), grown is log10(peak / reference), with the reference and the end of the verdicts.
        """
        import pandas as pd

        whole = self.gradients[(self.gradients["network"] == "generator") & (self.gradients["layer"] == WHOLE_NETWORK)]
        norms = whole[whole["quantity"] == "gradient_norm"].sort_values("step")
        changes = {
            member: _gradient_change(own.set_index("step")["value"], self.windows)
            for member, own in norms.groupby(MEMBER, sort=False)
        }
        table = pd.DataFrame.from_dict(changes, orient="index", columns=["lost", "grown"])
        table.index = pd.MultiIndex.from_tuples(table.index, names=MEMBER)
        return table

    @cached_property
    def quality_metrics(self) -> pd.DataFrame:
        """Values (members × metrics) in the first of `QUALITY_SPACES` that a data set has; NaN where not measured."""
        spaces = self.quality.groupby("dataset")["space"].agg(
            lambda names: next(space for space in QUALITY_SPACES if space in set(names))
        )
        rows = self.quality[self.quality["space"] == self.quality["dataset"].map(spaces)]
        return rows.pivot_table(index=MEMBER, columns="metric", values="value", sort=False)


def _gradient_change(norms: pd.Series, windows: Windows) -> tuple[float, float]:
    from aegan.probes.norm_series import start_and_end_medians

    reference, end = start_and_end_medians(norms, windows)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost, grown = np.log10(norms.max() / np.array([end, reference]))
    return float(lost), float(grown)


def read_divergence(tables: MemberTables) -> pd.Series:
    """Read whether a member diverged: 1 or 0."""
    import pandas as pd

    members = tables.gradients[MEMBER].drop_duplicates()
    values = pd.MultiIndex.from_frame(members).isin(list_diverged(tables))
    return pd.Series(values.astype(float), index=pd.MultiIndex.from_frame(members))


def list_diverged(tables: MemberTables) -> list[tuple[str, str, int]]:
    """List the members that diverged in training."""
    return list_members(tables.gradients[tables.gradients["quantity"] == "diverged"])


def list_members(rows: pd.DataFrame) -> list[tuple[str, str, int]]:
    """List the members that have rows, each once."""
    return list(rows[MEMBER].drop_duplicates().itertuples(index=False, name=None))
