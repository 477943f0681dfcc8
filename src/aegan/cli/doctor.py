"""What `aegan doctor` says of a run: the diagnosis in words, and the remedies that a decision table supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from aegan.cli.csv_history import UNNAMED
from aegan.cli.history_readers import Reading, read_run, written_table
from aegan.config.model import Config
from aegan.config.sections import Verdicts
from aegan.config.validation import load, merged
from aegan.errors import InputError
from aegan.figures.numbers import plural, short, signed
from aegan.probes.probe_verdicts import judge_probes
from aegan.probes.verdicts import Limits, judge_runs
from aegan.report.sentences import unanimous

GROUP = ["dataset", "method", "network"]

#: sick verdict -> the words by which the outcomes that are about it are known; a diverged run ranks worst in either
ABOUT = {"vanishing": "gradient lost", "exploding": "gradient grown", "diverged": "gradient grown"}

#: what is read of a decision table, whichever version wrote it
READ = [
    "dataset", "method", "baseline", "outcome", "unit", "effect", "low", "high", "p", "n", "smallest_p", "decision",
]  # fmt: skip

#: remedies that are named
REMEDIES = 3


class Advice(NamedTuple):
    """What there is to say."""

    state: str  #: what was read, and how far it got
    verdicts: pd.DataFrame  #: dataset, method, network, verdict, seeds, of, step, layer, evidence
    sentences: list[str]  #: one per network
    remedies: list[str]


def examine(run: Path, tables: Sequence[Path], config: Path, thresholds: Mapping[str, float | None]) -> Advice:
    """Diagnose a run, and look for remedies.

    Args:
        run: see `read_run`.
        tables: decision tables; if empty, those of the reports beside the run.
        config: where the thresholds stand; if it is not there, they are the defaults.
        thresholds: what replaces them, by key of the section `verdicts`; None replaces nothing.

    Raises:
        InputError: the run, a table or a threshold cannot be used.
    """
    settings = load(merged([config])) if config.is_file() else None
    reading, limits = read_run(run), limits_of(settings, thresholds)
    judged = judge_runs(reading.history, limits)
    if reading.probe is not None:
        judged = pd.concat([judged, judge_probes(reading.probe, limits)], ignore_index=True)
    verdicts = summed_up(judged)
    beside = (folder.glob("reports/*/decisions.csv") for folder in (reading.root, Path()))
    found = list(tables) or next(filter(None, map(sorted, beside)), [])
    return Advice(
        state=planned(reading, settings),
        verdicts=verdicts,
        sentences=[sentence(own) for _, own in verdicts.groupby(GROUP, sort=False)],
        remedies=remedies(verdicts, read_decisions(found)),
    )


def limits_of(settings: Config | None, thresholds: Mapping[str, float | None]) -> Limits:
    """Return the thresholds of the config or the defaults, with some of them replaced."""
    chosen = (settings.verdicts if settings else Verdicts()).model_dump()
    chosen |= {key: value for key, value in thresholds.items() if value is not None}
    try:
        return Limits(**Verdicts(**chosen).model_dump())
    except ValidationError as error:
        details = error.errors()[0]
        wrong = f"{details['msg']}, but it is {details['input']!r}"
        raise InputError(f"verdicts.{details['loc'][0]}", wrong, "See config/README.md") from None


def planned(reading: Reading, settings: Config | None) -> str:
    """Say what was read, and of a run under way how many rounds the config plans."""
    method = settings.methods.get(reading.under_way) if settings and reading.under_way else None
    return f"{reading.state}; the config plans {method.rounds} rounds" if method else reading.state


def summed_up(judged: pd.DataFrame) -> pd.DataFrame:
    """Count the seeds of each network and verdict, with the earliest onset, its evidence and the commonest layer."""
    seeds = judged.groupby(GROUP)["seed"].transform("size")
    rows = []
    for (*group, verdict), own in judged.assign(of=seeds).groupby([*GROUP, "verdict"], sort=False):
        first = own.sort_values("step", kind="stable").iloc[0]
        layer = own["layer"].mode().iloc[0] if own["layer"].notna().any() else None
        rows.append((*group, verdict, len(own), first["of"], first["step"], layer, first["seed"], first["evidence"]))
    columns = [*GROUP, "verdict", "seeds", "of", "step", "layer", "seed", "evidence"]
    return pd.DataFrame(rows, columns=columns).astype({"step": "Int64"})


def table_of(verdicts: pd.DataFrame) -> Table:
    """Lay out the verdicts for a terminal."""
    table = Table("network", "method", "data", "verdict", "seeds", "since step", "layer")
    for _, row in verdicts.iterrows():
        onset = ["–" if pd.isna(row[column]) else row[column] for column in ("step", "layer")]
        cells = [*row[["network", "method", "dataset", "verdict"]], f"{row['seeds']} of {row['of']}", *onset]
        table.add_row(*(escape(str(cell)) for cell in cells))
    return table


def sentence(rows: pd.DataFrame) -> str:
    """Say how one network fared: the rows of its verdicts."""
    return f"{_named(rows.iloc[0])}: {'; '.join(_clause(row) for _, row in rows.iterrows())}."


def _clause(row: pd.Series) -> str:
    if row["of"] == 1:
        onset = "" if pd.isna(row["step"]) else f" since step {row['step']}, most in layer {row['layer']}"
        return f"{row['verdict']}{onset} ({row['evidence']})"
    onset = "" if pd.isna(row["step"]) else f", first at step {row['step']}, most often in layer {row['layer']}"
    return f"{row['verdict']} in {row['seeds']} of {row['of']} seeds{onset} (seed {row['seed']}: {row['evidence']})"


def _named(row: pd.Series) -> str:
    return f"{row['network']} of {row['method']} on {row['dataset']}"


def read_decisions(tables: Sequence[Path]) -> pd.DataFrame:
    """Join decision tables, with the report that each belongs to as column `study`.

    Raises:
        InputError: a file is missing or is no decision table.
    """
    mend = "Give a decisions.csv of a report, reports/NAME/decisions.csv"
    found = [written_table(path, READ, mend).assign(study=path.resolve().parent.name) for path in tables]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*READ, "study"])


def remedies(verdicts: pd.DataFrame, decisions: pd.DataFrame) -> list[str]:
    """Say what the decision tables hold against each sick verdict, never more than they do."""
    sick = verdicts[verdicts["verdict"] != "healthy"]
    if len(sick) and decisions.empty:
        return [
            "Remedies come from a decision table, and there is none. `snakemake` makes reports/NAME/decisions.csv by "
            "comparing methods with their baselines; --decisions names one that lies elsewhere."
        ]
    return [line for _, row in sick.iterrows() for line in _against(row, decisions)]


def _against(row: pd.Series, decisions: pd.DataFrame) -> list[str]:
    """Look up one sick network."""
    heading = f"Against {row['verdict']} ({_named(row)})"
    if not str(row["network"]).startswith(("generator", UNNAMED["network"])):
        return [f"{heading}: the decision table is about generators alone."]
    rows = comparable(row, decisions)
    helps = rows[rows["decision"] == "helps"].sort_values("effect", ascending=False, kind="stable")
    if len(helps):
        return [f"{heading}: {_remedy(found)}." for _, found in helps.head(REMEDIES).iterrows()]
    shown = (
        f"{heading}: no method is shown to help; {plural(len(rows), 'comparison')} looked at {ABOUT[row['verdict']]}."
    )
    return [shown, *unanimous(rows[rows["effect"] > 0])]


def comparable(row: pd.Series, decisions: pd.DataFrame) -> pd.DataFrame:
    """Select the comparisons on what a sick network suffers from: with its own method as baseline, if there are any."""
    about = decisions["outcome"].str.contains(ABOUT[row["verdict"]])
    rows: pd.DataFrame = decisions[about & (decisions["method"] != row["method"])]
    for column, own in (("dataset", row["dataset"]), ("baseline", row["method"])):
        rows = rows[rows[column] == own] if own in set(rows[column]) else rows
    return rows


def _remedy(row: pd.Series) -> str:
    interval = f"interval {signed(row['low'])} to {signed(row['high'])}"
    return (
        f"{row['method']} helps against {row['baseline']} on {row['dataset']}, in {row['outcome']}: "
        f"{short(row['effect'])} {row['unit']} better ({interval}, {plural(int(row['n']), 'paired seed')}, "
        f"study {row['study']})"
    )
