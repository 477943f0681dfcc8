"""From the tables of a study to what its decisions are about, the decisions, and the headline numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aegan.analysis.baselines import Axes, axes
from aegan.analysis.diagnosis_summary import MEMBER, diagnosed_outcomes
from aegan.analysis.endpoints import QUESTIONS
from aegan.analysis.study_schema import DECISIONS, SAME, priced
from aegan.probes.names import WHOLE
from aegan.probes.verdicts import ends
from aegan.statistics.decisions import Outcome, decide

#: feature spaces in which decisions look at quality: the first that a data set has
SPACES = ("classifier", "random", "points")


def outcomes(
    gradients: pd.DataFrame, quality: pd.DataFrame, diagnosis: pd.DataFrame, cost: pd.DataFrame, window: float
) -> pd.DataFrame:
    """Reduce each member to the numbers that decisions are about: dataset, method, seed, outcome, value.

    Of the generator's gradient norm, with its reference and its end as the verdicts have them (medians over a window):
    lost is log10(peak / end), a measure of vanishing; grown is log10(peak / reference), a measure of explosion. fd is
    log10 of FD-cls, and flops of the arithmetic of the whole arm; what is read from the diagnosis is explained at
    `diagnosed_outcomes`. A member that diverged has NaN, no gap.
    """
    whole = gradients[(gradients["network"] == "generator") & (gradients["layer"] == WHOLE)]
    norms = whole[whole["quantity"] == "gradient_norm"].sort_values("step")
    moved = {run: _moved(member["value"], window) for run, member in norms.groupby(MEMBER, sort=False)}
    table = pd.DataFrame.from_dict(moved, orient="index", columns=["lost", "grown"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=MEMBER)
    spaces = quality.groupby("dataset")["space"].agg(lambda of: next(space for space in SPACES if space in set(of)))
    chosen = quality[quality["space"] == quality["dataset"].map(spaces)]
    measured = chosen.pivot_table(index=MEMBER, columns="metric", values="value", sort=False)
    measured = measured.reindex(columns=["fd", "coverage"])  # a pivot drops what is NaN in every run
    arithmetic = cost.groupby(MEMBER)["flops"].sum().astype(float)
    table = table.assign(fd=np.log10(measured["fd"]), coverage=measured["coverage"], flops=np.log10(arithmetic))
    fallen = gradients[gradients["quantity"] == "diverged"].set_index(MEMBER).index.unique()
    tidy = table.reset_index().melt(MEMBER, var_name="outcome", value_name="value")
    # what a data set has no value of in any run is not defined there, such as coverage where all data are one point
    tidy = tidy[tidy["value"].notna().groupby([tidy["dataset"], tidy["outcome"]]).transform("any")]
    lost = [(*run, outcome, np.nan) for run in fallen for outcome in QUESTIONS]
    measured = pd.concat([tidy, diagnosed_outcomes(diagnosis), pd.DataFrame(lost, columns=tidy.columns)])
    return measured.drop_duplicates([*MEMBER, "outcome"], keep="last", ignore_index=True)


def _moved(norms: pd.Series, window: float) -> tuple[float, float]:
    reference, end = ends(norms, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost, grown = np.log10(norms.max() / np.array([end, reference]))
    return float(lost), float(grown)


def decisions(
    measured: pd.DataFrame,
    cost: pd.DataFrame,
    methods: Mapping[str, Mapping[str, Any]],
    baselines: Mapping[str, str],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Decide whether each method helps against its baseline, by question, and say where it stands and what it costs.

    Args:
        measured: dataset, method, seed, outcome, value.
        cost: dataset, method, seed, phase, flops; what else it has is left alone.
        methods: the resolved methods of the study.
        baselines: what each is compared with.
        settings: the config's section `report`.

    Returns:
        `DECISIONS`. The architecture is the baseline's, for a role may bring networks of its own; the precision is
        `SAME`, unless it is not the baseline's; flops are the arm's, median over its seeds, with the autoencoder's
        training, and times_flops their multiple of the baseline's. There are no seconds, so that the same config gives
        the same bytes: those are in the costs.
    """
    asked = {name: QUESTIONS[name] for name in settings["outcomes"]}
    table = decide(
        measured,
        baselines=baselines,
        outcomes={
            name: Outcome(question.name, question.unit, question.better, settings[question.margin], question.counted)
            for name, question in asked.items()
        },
        alpha=settings["alpha"],
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        seed=0,
    )
    stands = {method: _beside(axes(methods[method]), axes(methods[base])) for method, base in baselines.items()}
    placed = table.assign(
        about=table["outcome"].map({question.name: question.about for question in asked.values()}),
        **{axis: table["method"].map({m: getattr(own, axis) for m, own in stands.items()}) for axis in Axes._fields},
    )
    return priced(placed, cost, "flops")[DECISIONS]


def _beside(own: Axes, baseline: Axes) -> Axes:
    precision = SAME if own.precision == baseline.precision else own.precision
    return own._replace(architecture=baseline.architecture, precision=precision)


def headline(measured: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Pick the numbers for `dvc metrics diff`: medians of each outcome, and counts of the generator's verdicts."""
    counts = verdicts[verdicts["network"] == "generator"].value_counts(["dataset", "method", "verdict"])
    record: dict[str, Any] = {}
    for row in measured.groupby(["dataset", "method", "outcome"], as_index=False)["value"].median().itertuples():
        value = round(row.value, 6) if np.isfinite(row.value) else None
        record.setdefault(row.dataset, {}).setdefault(row.method, {})[row.outcome] = value
    for dataset, method, verdict in sorted(counts.index):
        record[dataset][method][verdict] = int(counts[dataset, method, verdict])
    return record
