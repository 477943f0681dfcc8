"""Every endpoint of the decision table by its name in the config. To add one, write the function and add its line here.

An endpoint is one number per member, or per pair of members, in which methods are compared with their baselines. The
config imports this file for the names, so pandas is not imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from aegan.analysis.diagnosis_readers import read_conditioning, read_fresh_discriminator
from aegan.analysis.matched_decay import (
    read_cure,
    read_cure_of_samples,
    read_overlap,
    read_overlap_of_samples,
)
from aegan.analysis.member_tables import MemberTables, list_members, read_divergence
from aegan.tables import MEMBER

if TYPE_CHECKING:
    import pandas as pd

#: the held-out cross-entropy until which the steps of a fresh discriminator are counted; that of guessing is 1.386
OVERLAP_LEVEL = 0.7
STEPS_TO_LEVEL = f"steps to a cross-entropy of {OVERLAP_LEVEL:g}"


def read_gradient_change(tables: MemberTables, change: str) -> pd.Series:
    """Read the decades by which the generator's gradient norm changed during training, by member.

    Args:
        tables: the tables of the study.
        change: lost or grown, as `MemberTables.gradient_changes` has them.
    """
    return tables.gradient_changes[change]


def read_quality(tables: MemberTables, metric: str, *, logarithm: bool = False) -> pd.Series:
    """Read a metric of generated samples, by member; NaN for a member that diverged, absent where not measured.

    Args:
        tables: the tables of the study.
        metric: its name in the table of quality.
        logarithm: whether to take log10.
    """
    members = tables.gradient_changes.index
    measured = members[members.isin(list_members(tables.quality[tables.quality["metric"] == metric]))]
    # pivot_table drops a metric, and a member, that is NaN everywhere
    values = tables.quality_metrics.reindex(columns=[metric])[metric].reindex(measured)
    with np.errstate(divide="ignore"):  # a distance of 0 is −inf, the best
        return np.log10(values) if logarithm else values


def read_arithmetic(tables: MemberTables) -> pd.Series:
    """Read log10 of the floating-point operations, with those of the autoencoder's training, by member."""
    flops = tables.cost.groupby(MEMBER)["flops"].sum().astype(float).transform(np.log10)
    return flops.reindex(tables.gradient_changes.index).dropna()


class PairReader(NamedTuple):
    """How the values of an endpoint are read that exist only in a pair."""

    #: (tables, method, baseline) -> values in columns `method` and `baseline` by (dataset, seed); NaN if diverged
    read: Callable[[MemberTables, str, str], pd.DataFrame]


class Endpoint(NamedTuple):
    """A quantity in which methods are compared with their baselines.

    Args:
        category: vanishing, overlap, explosion, divergence, conditioning, coverage, quality or cost (the tables' column
            `about`).
        label: its name in tables and figures (the tables' column `outcome`).
        unit: unit of the effect.
        better: which direction is better.
        margin: the key of the section `report` that holds the smallest effect that matters; None if equivalence is not
            tested, as that of rates is not by the signs of differences.
        read: tables -> values by member; members without a value may be absent. Or `PairReader`, for a quantity of
            which both values depend on the pair.
        counted: whether values are counted rather than sampled, so that there is no test.
        of_diverged: whether the value of a member that diverged is a number like that of others.
        diagnosed: whether the phase `diagnosis` measures it.
        of_log_odds: whether it is measured only of discriminators whose logits are log-odds.
        metric: the metric of samples that it is read from; None if it is read from none.
    """

    category: str
    label: str
    unit: str
    better: Literal["lower", "higher"]
    margin: str | None
    read: Callable[[MemberTables], pd.Series] | PairReader
    counted: bool = False
    of_diverged: bool = False
    diagnosed: bool = False
    of_log_odds: bool = False
    metric: str | None = None


def _make_quality_endpoint(
    category: str,
    label: str,
    unit: str,
    better: Literal["lower", "higher"],
    metric: str,
    *,
    logarithm: bool = False,
) -> Endpoint:
    read = partial(read_quality, metric=metric, logarithm=logarithm)
    return Endpoint(category, label, unit, better, f"{category}_margin", read, metric=metric)


def _make_matched_endpoint(
    category: str,
    label: str,
    better: Literal["lower", "higher"],
    read: Callable[[MemberTables], pd.Series] | PairReader,
) -> Endpoint:
    return Endpoint(category, label, "decades", better, "gradient_margin", read, diagnosed=True, of_log_odds=True)


ENDPOINTS = {
    "lost": Endpoint(
        "vanishing",
        "generator's gradient lost",
        "decades",
        "lower",
        "gradient_margin",
        partial(read_gradient_change, change="lost"),
    ),
    "fresh_lost": Endpoint(
        "vanishing",
        "gradient lost to a fresh discriminator",
        "decades",
        "lower",
        "gradient_margin",
        partial(read_fresh_discriminator, quantities=("minimax_lost", "own_lost")),
        diagnosed=True,
    ),
    "cure": _make_matched_endpoint("vanishing", "gradient lost at equal cross-entropy", "lower", PairReader(read_cure)),
    "overlap": _make_matched_endpoint("overlap", STEPS_TO_LEVEL, "higher", partial(read_overlap, level=OVERLAP_LEVEL)),
    "cure_samples": _make_matched_endpoint(
        "vanishing", "gradient lost at equal cross-entropy, of samples", "lower", PairReader(read_cure_of_samples)
    ),
    "overlap_samples": _make_matched_endpoint(
        "overlap",
        f"{STEPS_TO_LEVEL}, of samples",
        "higher",
        PairReader(partial(read_overlap_of_samples, level=OVERLAP_LEVEL)),
    ),
    "grown": Endpoint(
        "explosion",
        "generator's gradient grown",
        "decades",
        "lower",
        "gradient_margin",
        partial(read_gradient_change, change="grown"),
    ),
    "fresh_grown": Endpoint(
        "explosion",
        "gradient grown before a fresh discriminator",
        "decades",
        "lower",
        "gradient_margin",
        partial(read_fresh_discriminator, quantities=("non_saturating_grown", "own_grown")),
        diagnosed=True,
    ),
    "diverged": Endpoint("divergence", "diverged", "share", "lower", None, read_divergence, of_diverged=True),
    "conditioning": Endpoint(
        "conditioning",
        "generator's condition number",
        "decades",
        "lower",
        "conditioning_margin",
        read_conditioning,
        diagnosed=True,
    ),
    "coverage": _make_quality_endpoint("coverage", "coverage", "fraction", "higher", "coverage"),
    "recall": _make_quality_endpoint("coverage", "recall", "fraction", "higher", "recall"),
    "fd": _make_quality_endpoint("quality", "FD-cls", "decades", "lower", "fd", logarithm=True),
    "flops": Endpoint("cost", "arithmetic", "decades", "lower", "cost_margin", read_arithmetic, counted=True),
}
