"""From the tables of a study to what its decisions are about, the decisions, and the headline numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aegan.laboratory import FRESH_OUTCOMES, MEMBER, fresh_outcomes
from aegan.probes.quantities import WHOLE
from aegan.probes.verdicts import ends
from aegan.statistics.decisions import Outcome, decide

#: feature spaces in which decisions look at quality: the first that a data set has
SPACES = ("classifier", "random", "points")

#: what the decision table decides on; margins come from the config
OUTCOMES = {
    "lost": Outcome("generator's gradient lost", "decades", "lower", None),
    "grown": Outcome("generator's gradient grown", "decades", "lower", None),
    "fresh_lost": Outcome("gradient lost to a fresh discriminator", "decades", "lower", None),
    "fresh_grown": Outcome("gradient grown before a fresh discriminator", "decades", "lower", None),
    "fd": Outcome("FD-cls", "decades", "lower", None),
    "coverage": Outcome("coverage", "fraction", "higher", None),
}


def outcomes(gradients: pd.DataFrame, quality: pd.DataFrame, diagnosis: pd.DataFrame, window: float) -> pd.DataFrame:
    """Reduce each member to the numbers that decisions are about: dataset, method, seed, outcome, value.

    Of the generator's gradient norm, with its reference and its end as the verdicts have them (medians over a window):
    lost is log10(peak / end), a measure of vanishing; grown is log10(peak / reference), a measure of explosion. fd is
    log10 of FD-cls; the fresh discriminator's are explained at `fresh_outcomes`. One that diverged has NaN, no gap.
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
    table = table.assign(fd=np.log10(measured["fd"]), coverage=measured["coverage"])
    fallen = gradients[gradients["quantity"] == "diverged"].set_index(MEMBER).index.unique()
    tidy = table.reset_index().melt(MEMBER, var_name="outcome", value_name="value")
    # what a data set has no value of in any run is not defined there, such as coverage where all data are one point
    tidy = tidy[tidy["value"].notna().groupby([tidy["dataset"], tidy["outcome"]]).transform("any")]
    lost = [(*run, outcome, np.nan) for run in fallen for outcome in [*table, *FRESH_OUTCOMES]]
    measured = pd.concat([tidy, fresh_outcomes(diagnosis), pd.DataFrame(lost, columns=tidy.columns)])
    return measured.drop_duplicates([*MEMBER, "outcome"], keep="last", ignore_index=True)


def _moved(norms: pd.Series, window: float) -> tuple[float, float]:
    reference, end = ends(norms, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost, grown = np.log10(norms.max() / np.array([end, reference]))
    return float(lost), float(grown)


def decisions(measured: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Decide whether each method helps against its baseline, by outcome; `settings` is the section `report`."""
    run = set(measured["method"])
    pairs = {method: base for method, base in settings["baselines"].items() if {method, base} <= run}
    margins = {
        "lost": "gradient_margin",
        "grown": "gradient_margin",
        "fresh_lost": "gradient_margin",
        "fresh_grown": "gradient_margin",
        "fd": "quality_margin",
        "coverage": "coverage_margin",
    }
    return decide(
        measured,
        baselines=pairs,
        outcomes={name: outcome._replace(margin=settings[margins[name]]) for name, outcome in OUTCOMES.items()},
        alpha=settings["alpha"],
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        seed=0,
    )


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
