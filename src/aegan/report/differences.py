"""Differences between two reports: configuration and provenance, metrics, verdicts and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.figures.metric_names import MetricLabels, get_direction
from aegan.report.tables import flatten_record
from aegan.seeding import numpy_generator
from aegan.statistics.paired import bootstrap_interval, replace_diverged, subtract_pairs
from aegan.statistics.stratified import Strata, bootstrap_strata, interquartile_mean

CONFIDENCE, RESAMPLES = 0.95, 2000

#: relative differences up to this are rounding: tables hold nine digits, and float32 sums depend on the machine
ROUNDING = 1e-5

#: metrics compared in log10, as in the decision table
LOGARITHMIC = ("fd",)

#: the columns that identify a cell of quality.csv (all seeds), a row of verdicts.csv and a row of decisions.csv
CELL_KEYS = ["dataset", "space", "metric", "method"]
VERDICT_KEYS = ["dataset", "method", "seed", "network"]
DECISION_KEYS = ["dataset", "method", "baseline", "outcome"]


class SavedReport(NamedTuple):
    """A report as it was saved in a folder or a revision."""

    name: str  #: as given by the user
    origin: Mapping[str, str]  #: its provenance by dotted key
    config: Mapping[str, Any]
    quality: pd.DataFrame  #: in this and the next two, key columns are text, and no row repeats
    verdicts: pd.DataFrame
    decisions: pd.DataFrame
    figures: Mapping[str, str | bytes]  #: SVG text or PNG bytes


def compare_settings(first: SavedReport, second: SavedReport) -> pd.DataFrame:
    """List the entries of configuration, data, code, versions and machine that differ: part, key, old, new.

    The value of a key that one of the reports lacks is None.
    """
    old, new = _flatten_settings(first), _flatten_settings(second)
    rows = [(*key, old.get(key), new.get(key)) for key in old | new if old.get(key) != new.get(key)]
    return pd.DataFrame(rows, columns=["part", "key", "old", "new"]).sort_values("part", kind="stable")


def _flatten_settings(report: SavedReport) -> dict[tuple[str, str], str]:
    settings = {("configuration", key): value for key, value in flatten_record(report.config)}
    return settings | {(_name_part(key), key): value for key, value in report.origin.items()}


def _name_part(key: str) -> str:
    return "data" if key.startswith(("data set ", "feature nets ")) else key.partition(".")[0]


def select_changed_rows(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    """Select the rows that both tables have and whose value differs; other columns get the suffixes _old and _new.

    Args:
        old: keys, value, and any other columns.
        new: likewise.
        keys: the columns that identify a row.
        value: the column to compare.
    """
    both = old.merge(new, on=keys, suffixes=("_old", "_new"), validate="one_to_one")
    return both[both[f"{value}_old"] != both[f"{value}_new"]]


def count_unmatched_rows(old: pd.DataFrame, new: pd.DataFrame, keys: list[str]) -> tuple[int, int]:
    """Count the rows that only the old table has, and those that only the new table has.

    Args:
        old: keys and any other columns.
        new: likewise.
        keys: the columns that identify a row.
    """
    origin = old[keys].merge(new[keys], how="outer", on=keys, indicator=True)["_merge"]
    return int((origin == "left_only").sum()), int((origin == "right_only").sum())


def estimate_metric_changes(old: pd.DataFrame, new: pd.DataFrame, labels: MetricLabels) -> pd.DataFrame:
    """Estimate how each metric of quality changed, over the cells that both tables have.

    Args:
        old: dataset, method, seed, space, metric, value.
        new: likewise.
        labels: metric -> its label and which direction is better.

    Returns:
        dataset, space, metric, method, old, new (interquartile means), effect, low, high, unit, seeds, differs. A
        positive effect is better, or larger for a metric without a better direction; log10 for a Fréchet distance.
        `differs` is whether more than rounding differs. No test decides whether it matters: that do the decisions.
    """
    before, after = _group_by_cell(old), _group_by_cell(new)
    shared = [key for key in before if key in after]
    rows = [
        {
            **dict(zip(CELL_KEYS, key, strict=True)),
            **_estimate_change(before[key], after[key], key, get_direction(key[2], labels)),
        }
        for key in shared
    ]
    columns = [*CELL_KEYS, "old", "new", "effect", "low", "high", "unit", "seeds", "differs"]
    return pd.DataFrame(rows, columns=columns).astype({"differs": bool})


def _group_by_cell(quality: pd.DataFrame) -> dict[tuple[str, ...], pd.Series[float]]:
    groups = quality.groupby(CELL_KEYS, sort=False, observed=True)
    return {tuple(map(str, key)): group.set_index("seed")["value"].astype(float) for key, group in groups}


def _estimate_change(
    old: pd.Series[float], new: pd.Series[float], key: tuple[str, ...], direction: str
) -> dict[str, Any]:
    log = key[2] in LOGARITHMIC
    sign = -1 if direction == "lower" else 1
    before, after = (_orient(values, log, sign) for values in (old, new))
    effect, low, high, seeds = _estimate_effect(before, after, numpy_generator(0, "compare", *key))
    return {
        "old": _compute_mean(old, sign),
        "new": _compute_mean(new, sign),
        "effect": effect,
        "low": low,
        "high": high,
        "unit": "decades" if log else "",
        "seeds": seeds,
        "differs": not _is_same(old, new),
    }


def _orient(values: pd.Series[float], log: bool, sign: int) -> pd.Series[float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return sign * pd.Series(np.log10(values) if log else values)


def _compute_mean(values: pd.Series[float], sign: int) -> float:
    """Compute the interquartile mean, in which diverged runs rank worst; NaN if there is no other run."""
    oriented = sign * values.to_numpy()
    return sign * float(interquartile_mean(replace_diverged(oriented))) if np.isfinite(oriented).any() else np.nan


def _estimate_effect(
    old: pd.Series[float], new: pd.Series[float], rng: np.random.Generator
) -> tuple[float, float, float, str]:
    """Pair the reports by seed if they share two or more seeds (one pair has no interval), else compare all seeds."""
    settings: dict[str, Any] = {"confidence": CONFIDENCE, "resamples": RESAMPLES, "rng": rng}
    paired_new, paired_old = new.align(old, join="inner")
    if len(paired_new) >= 2:
        differences = subtract_pairs(paired_new.to_numpy(), paired_old.to_numpy())
        return (
            float(interquartile_mean(differences)),
            *bootstrap_interval(differences, **settings),
            f"{len(differences)} pairs",
        )
    arms = [replace_diverged(values.to_numpy()) for values in (new, old)]
    if min(map(len, arms)) < 2:
        low, high = -np.inf, np.inf
    else:
        low, high = (float(end) for end in bootstrap_strata(arms, _compare_means, **settings))
    return float(_compare_means([values[None] for values in arms])[0]), low, high, f"{len(old)} and {len(new)}"


def _compare_means(arms: Strata) -> np.ndarray:
    new, old = map(interquartile_mean, arms)
    change: np.ndarray = np.subtract(new, old, out=np.zeros(new.shape), where=new != old)
    return change


def _is_same(old: pd.Series[float], new: pd.Series[float]) -> bool:
    """Return whether both hold the same values by seed, up to rounding."""
    seeds, values = old.sort_index(), new.sort_index()
    return seeds.index.equals(values.index) and np.allclose(seeds, values, rtol=ROUNDING, atol=0, equal_nan=True)
