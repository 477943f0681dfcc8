"""Tables as they are printed in the report: text, rounded, with units in the header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import Study, ordered, priced
from aegan.figures.cost import typical_cost
from aegan.figures.numbers import counted, duration, short, signed
from aegan.figures.quality import better, metric_name
from aegan.report.metric_caveats import with_usable
from aegan.report.sentences import brief

Writer = Callable[[Any], str]


class Table(NamedTuple):
    """A printed table: a caption, headers, rows of text, and which columns are numbers.

    `values` holds the number behind each cell of such a column, by which the page sorts: None where it is missing.
    """

    caption: str
    headers: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    values: Sequence[Sequence[float | None]] = ()


class Cell(NamedTuple):
    """A cell of the table at a glance: a word, what stands behind it, and its CSS class."""

    word: str
    detail: str
    kind: str


def printed(caption: str, frame: pd.DataFrame, columns: Mapping[str, tuple[str, Writer]]) -> Table:
    """Print the given columns of a frame; a missing value is a dash."""
    writers = [write for _, write in columns.values()]
    raw = [list(row) for row in frame[list(columns)].itertuples(index=False)]
    rows = [["–" if pd.isna(value) else write(value) for value, write in zip(row, writers, strict=True)] for row in raw]
    numeric = [write is not str for write in writers]
    values = [
        [float(value) if number and not pd.isna(value) else None for value, number in zip(row, numeric, strict=True)]
        for row in raw
    ]
    return Table(caption, [title for title, _ in columns.values()], rows, numeric, values)


def _whole(value: float) -> str:
    return f"{value:.0f}"


def verdict_table(study: Study) -> Table:
    """Print every verdict with its evidence."""
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "seed": ("seed", _whole),
        "network": ("network", str),
        "verdict": ("verdict", str),
        "step": ("since step", _whole),
        "layer": ("layer", str),
        "evidence": ("evidence", str),
    }
    return printed("Every verdict", study.verdicts, columns)


def decision_table(study: Study) -> Table:
    """Print every comparison with its baseline."""
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "baseline": ("against", str),
        "role": ("role", str),
        "regulariser": ("regulariser", str),
        "loss": ("loss", str),
        "architecture": ("networks", str),
        "precision": ("precision", str),
        "about": ("about", str),
        "outcome": ("outcome", str),
        "decision": ("decision", str),
        "effect": ("effect", signed),
        "low": ("interval from", signed),
        "high": ("to", signed),
        "unit": ("unit", str),
        "improvement": ("P(better run)", short),
        "improvement_low": ("from", short),
        "improvement_high": ("to", short),
        "p": ("p", short),
        "p_holm": ("p (Holm)", short),
        "n": ("n", _whole),
        "smallest_p": ("smallest p", short),
        "power": ("power at margin", short),
        "seconds": ("time of the arm", duration),
        "times_seconds": ("times the baseline's", short),
        "flops": ("arithmetic of the arm", lambda value: counted(value, "FLOP")),
        "times_flops": ("times the baseline's", short),
    }
    caption = (
        "Every comparison; a positive effect is better. P(better run): the chance that a run of the method beats one "
        "of the baseline. Power: the chance to find an effect as large as the margin, at the hardest step of Holm's "
        "correction, with these seeds and their spread. Costs are medians over seeds, with the autoencoder's training"
    )
    return printed(caption, priced(study.decisions, study.cost, "seconds"), columns)


def cost_table(study: Study) -> Table:
    """Print the median cost of each phase of each method."""
    columns: dict[str, tuple[str, Writer]] = {
        "dataset": ("data set", str),
        "method": ("method", str),
        "phase": ("phase", str),
        "seconds": ("time", duration),
        "rounds": ("rounds", _whole),
        "flops": ("arithmetic", lambda value: counted(value, "FLOP")),
        "parameters": ("parameters", counted),
    }
    return printed("Median cost per seed", typical_cost(study.cost), columns)


def quality_table(study: Study) -> Table:
    """Print the median and the range over seeds of every metric."""
    keys = ["dataset", "space", "metric", "method"]
    groups = study.quality.groupby(keys, sort=False, observed=True)
    table = groups.agg(
        median=("value", "median"),
        low=("value", "min"),
        high=("value", "max"),
        floor=("floor", "median"),
        n=("n", "min"),
    )
    table = with_usable(table.reset_index(), study.ladder)
    table["better"] = [better(metric) for metric in table["metric"]]
    table["metric"] = [metric_name(m, space) for m, space in zip(table["metric"], table["space"], strict=True)]
    columns: dict[str, tuple[str, Writer]] = {
        **{key: (title, str) for key, title in zip(keys, ("data set", "space", "metric", "method"), strict=True)},
        "median": ("median", short),
        "low": ("lowest seed", short),
        "high": ("highest seed", short),
        "floor": ("floor", short),
        "n": ("pictures", _whole),
        "better": ("better", str),
        "usable": ("usable", str),
    }
    return printed("Median over seeds", table, columns)


def provenance_table(provenance: Mapping[str, Any]) -> Table:
    """Print a nested record, one line per leaf, its keys joined with dots."""
    return Table(
        "Versions, hashes and devices", ["what", "value"], [list(leaf) for leaf in leaves(provenance)], [False, False]
    )


def leaves(record: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Flatten a nested record: each leaf as text, after its keys joined with dots."""
    found: list[tuple[str, str]] = []
    for name, value in record.items():
        path = f"{prefix}{name}"
        found += leaves(value, f"{path}.") if isinstance(value, Mapping) else [(path, str(value))]
    return found


def glance(study: Study) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """Lay out the table at a glance: its column titles, and a row of cells per method.

    The first columns say in how many seeds the generator is healthy; the others hold the decisions.
    """
    generators = study.verdicts[study.verdicts["network"] == "generator"]
    healthy = ordered(generators["dataset"])
    pairs = study.decisions[["dataset", "outcome"]].drop_duplicates()
    compared = [(str(dataset), str(outcome)) for dataset, outcome in pairs.itertuples(index=False)]
    titles = [("healthy generators", dataset) for dataset in healthy]
    titles += [(brief(outcome), dataset) for dataset, outcome in compared]
    rows = [
        (
            method,
            [_health(generators, d, method) for d in healthy]
            + [_decision(study.decisions, d, o, method) for d, o in compared],
        )
        for method in study.methods
    ]
    return [name if len(study.datasets) == 1 else f"{name} · {dataset}" for name, dataset in titles], rows


def _health(generators: pd.DataFrame, dataset: str, method: str) -> Cell:
    own = generators[(generators["dataset"] == dataset) & (generators["method"] == method)]["verdict"]
    good = int((own == "healthy").sum())
    others = ", ".join(f"{count} {word}" for word, count in own[own != "healthy"].value_counts().items())
    return Cell(f"{good} of {len(own)}", others, "share") if len(own) else Cell("–", "", "absent")


def _decision(decisions: pd.DataFrame, dataset: str, outcome: str, method: str) -> Cell:
    wanted = {"dataset": dataset, "outcome": outcome, "method": method}
    own = decisions[np.logical_and.reduce([decisions[key] == value for key, value in wanted.items()])]
    if own.empty:
        return Cell("baseline" if method in set(decisions["baseline"]) else "–", "", "absent")
    row = own.iloc[0]
    return Cell(str(row["decision"]), direction(row["effect"], row["unit"]), str(row["decision"]))


def direction(effect: float, unit: str) -> str:
    """Write an effect without a sign to interpret: 1.09 decades better. A fraction has no unit to name."""
    if not effect:
        return "no difference"
    size = f"{short(abs(effect))} {unit}".removesuffix(" fraction")
    return "no shared seed" if np.isnan(effect) else f"{size} {'better' if effect > 0 else 'worse'}"
