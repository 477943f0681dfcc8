"""What differs between two reports: settings and origin, metrics, verdicts, decisions. Tables in, tables out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.figures.quality import better
from aegan.report.tables import leaves
from aegan.seeding import numpy_generator
from aegan.statistics.paired import differences, interval, worst_if_lost
from aegan.statistics.stratified import Strata, bootstrap, iqm

CONFIDENCE, RESAMPLES = 0.95, 2000

#: relative differences up to this are rounding: tables hold nine digits of what float32 and threads make of a number
ROUNDING = 1e-5

#: metrics compared in log10, as the decision table compares them
LOGARITHMIC = ("fd",)

#: what tells a row from the others: of a cell of quality.csv with its seeds, of verdicts.csv, of decisions.csv
CELL = ["dataset", "space", "metric", "method"]
VERDICT = ["dataset", "method", "seed", "network"]
DECISION = ["dataset", "method", "baseline", "outcome"]


class Filed(NamedTuple):
    """A report as it lies in a folder or a revision."""

    name: str  #: as the user called it
    origin: Mapping[str, str]  #: its provenance, flat
    config: Mapping[str, Any]
    quality: pd.DataFrame  #: of this and the next two, what tells a row from the others is text, and no row is twice
    verdicts: pd.DataFrame
    decisions: pd.DataFrame
    figures: Mapping[str, str | bytes]  #: SVG text or PNG bytes


def altered(first: Filed, second: Filed) -> pd.DataFrame:
    """List what is not the same of configuration, data, code, versions and machine: part, key, old, new.

    A key that one of them lacks is missing there (None).
    """
    old, new = _everything(first), _everything(second)
    rows = [(*key, old.get(key), new.get(key)) for key in old | new if old.get(key) != new.get(key)]
    return pd.DataFrame(rows, columns=["part", "key", "old", "new"]).sort_values("part", kind="stable")


def _everything(report: Filed) -> dict[tuple[str, str], str]:
    settings = {("configuration", key): value for key, value in leaves(report.config)}
    return settings | {(_part(key), key): value for key, value in report.origin.items()}


def _part(key: str) -> str:
    return "data" if key.startswith(("data set ", "feature nets ")) else key.partition(".")[0]


def flipped(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    """List the rows of both tables whose `value` differs; other columns get the suffixes _old and _new."""
    both = old.merge(new, on=keys, suffixes=("_old", "_new"), validate="one_to_one")
    return both[both[f"{value}_old"] != both[f"{value}_new"]]


def alone(old: pd.DataFrame, new: pd.DataFrame, keys: list[str]) -> tuple[int, int]:
    """Count the rows that only the old and only the new table have."""
    found = old[keys].merge(new[keys], how="outer", on=keys, indicator=True)["_merge"]
    return int((found == "left_only").sum()), int((found == "right_only").sum())


def improvements(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Estimate how each metric of quality changed, over the cells that both tables have.

    Args:
        old: dataset, method, seed, space, metric, value.
        new: likewise.

    Returns:
        dataset, space, metric, method, old, new (interquartile means), effect, low, high, unit, seeds, word. A positive
        effect is better, or just larger where neither way is; log10 for a Fréchet distance. `word` is better, worse,
        larger or smaller where the interval excludes zero, same where only rounding differs, unclear elsewhere.
    """
    before, after = _cells(old), _cells(new)
    shared = [key for key in before if key in after]
    rows = [dict(zip(CELL, key, strict=True)) | _improvement(before[key], after[key], key) for key in shared]
    return pd.DataFrame(rows, columns=[*CELL, "old", "new", "effect", "low", "high", "unit", "seeds", "word"])


def _cells(quality: pd.DataFrame) -> dict[tuple[str, ...], pd.Series[float]]:
    groups = quality.groupby(CELL, sort=False, observed=True)
    return {tuple(map(str, key)): group.set_index("seed")["value"].astype(float) for key, group in groups}


def _improvement(old: pd.Series[float], new: pd.Series[float], key: tuple[str, ...]) -> dict[str, Any]:
    way, log = better(key[2]), key[2] in LOGARITHMIC
    before, after = (_oriented(values, log, -1 if way == "lower" else 1) for values in (old, new))
    effect, low, high, seeds = _effect(before, after, numpy_generator(0, "compare", *key))
    return {
        "old": _middle(old),
        "new": _middle(new),
        "effect": effect,
        "low": low,
        "high": high,
        "unit": "decades" if log else "",
        "seeds": seeds,
        "word": "same" if _same(old, new) else _word(low, high, way),
    }


def _oriented(values: pd.Series[float], log: bool, sign: int) -> pd.Series[float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return sign * pd.Series(np.log10(values) if log else values)


def _middle(values: pd.Series[float]) -> float:
    finite = values.to_numpy()[np.isfinite(values)]
    return float(iqm(finite)) if len(finite) else np.nan


def _effect(old: pd.Series[float], new: pd.Series[float], rng: np.random.Generator) -> tuple[float, float, float, str]:
    """Compare seed by seed where two or more seeds are shared, for one pair has no interval; else arm by arm."""
    how: dict[str, Any] = {"confidence": CONFIDENCE, "resamples": RESAMPLES, "rng": rng}
    paired_new, paired_old = new.align(old, join="inner")
    if len(paired_new) >= 2:
        change = differences(paired_new.to_numpy(), paired_old.to_numpy())
        return float(iqm(change)), *interval(change, **how), f"{len(change)} pairs"
    arms = [worst_if_lost(values.to_numpy()) for values in (new, old)]
    if min(map(len, arms)) < 2:
        low, high = -np.inf, np.inf
    else:
        low, high = (float(end) for end in bootstrap(arms, _apart, **how))
    return float(_apart([values[None] for values in arms])[0]), low, high, f"{len(old)} and {len(new)}"


def _apart(arms: Strata) -> np.ndarray:
    return differences(iqm(arms[0]), iqm(arms[1]))


def _same(old: pd.Series[float], new: pd.Series[float]) -> bool:
    """Say whether both hold the same values by seed, but for what rounding does on another machine or in a table."""
    seeds, values = old.sort_index(), new.sort_index()
    return seeds.index.equals(values.index) and np.allclose(seeds, values, rtol=ROUNDING, atol=0, equal_nan=True)


def _word(low: float, high: float, way: str) -> str:
    up, down = ("better", "worse") if way else ("larger", "smaller")
    return up if low > 0 else down if high < 0 else "unclear"
