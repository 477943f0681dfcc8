"""The decision table of a study: the decision on each method against its baseline at each endpoint, and its cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aegan.analysis.baselines import Axes, describe_axes
from aegan.analysis.costs import add_cost
from aegan.analysis.endpoints import ENDPOINTS
from aegan.statistics import decisions
from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import decide
from aegan.tables import AS_BASELINE

DECISIONS = [
    *decisions.DECISION_COLUMNS[:3],
    *Axes._fields,
    "about",
    *decisions.DECISION_COLUMNS[3:],
    "flops",
    "times_flops",
]


def tabulate_decisions(
    outcomes: pd.DataFrame,
    cost: pd.DataFrame,
    methods: Mapping[str, Mapping[str, Any]],
    baselines: Mapping[str, str],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Decide whether each method helps against its baseline, by endpoint, and add its axes and its cost.

    Args:
        outcomes: dataset, method, seed, outcome, value.
        cost: dataset, method, seed, phase, flops; other columns are ignored.
        methods: the resolved methods of the study.
        baselines: method -> the method that it is compared with.
        settings: the config's section `report`.

    Returns:
        `DECISIONS`. The architecture is the baseline's, because a role may bring networks of its own; the precision is
        `AS_BASELINE` if the method has that of its baseline. flops are the method's, with the autoencoder's training,
        the median over seeds; times_flops is their ratio to the baseline's. Seconds are in the costs alone, so that the
        same config gives the same bytes.
    """
    endpoints = {name: ENDPOINTS[name] for name in settings["outcomes"]}
    table = decide(
        outcomes,
        baselines=baselines,
        outcomes={
            name: Outcome(own.label, own.unit, own.better, settings[own.margin], own.counted)
            for name, own in endpoints.items()
        },
        alpha=settings["alpha"],
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        seed=0,
    )
    placed = {
        method: _axes_beside(describe_axes(methods[method]), describe_axes(methods[base]))
        for method, base in baselines.items()
    }
    columns = {
        axis: table["method"].map({method: getattr(own, axis) for method, own in placed.items()})
        for axis in Axes._fields
    }
    about = table["outcome"].map({endpoint.label: endpoint.category for endpoint in endpoints.values()})
    return add_cost(table.assign(about=about, **columns), cost, "flops")[DECISIONS]


def _axes_beside(own: Axes, baseline: Axes) -> Axes:
    precision = AS_BASELINE if own.precision == baseline.precision else own.precision
    return own._replace(architecture=baseline.architecture, precision=precision)
