"""`aegan doctor`: the diagnosis of a run in words, with the remedies that a decision table supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from aegan.analysis.united_verdicts import unite_probes
from aegan.cli.history_readers import RunHistory, read_run
from aegan.cli.quality_faults import assess_run_quality
from aegan.cli.remedies import find_remedies, find_reports, name_network, read_decisions
from aegan.config.resolved import ResolvedConfig, resolve_config
from aegan.config.verdicts import Verdicts
from aegan.config.yaml_files import merge_config_files
from aegan.errors import InputError
from aegan.probes.findings import Limits
from aegan.probes.probe_verdicts import assess_frozen_generators
from aegan.probes.verdicts import assess_runs

GROUP = ["dataset", "method", "network"]


class Diagnosis(NamedTuple):
    """The diagnosis of a run."""

    state: str  #: which run was read, and its progress
    verdicts: pd.DataFrame  #: dataset, method, network, verdict, seeds, of, step, layer, seed, evidence
    sentences: list[str]  #: one per network
    remedies: list[str]  #: after the reports whose comparisons they come from


def diagnose_run(run: Path, reports: Sequence[Path], config: Path, thresholds: Mapping[str, float]) -> Diagnosis:
    """Diagnose a run, and find remedies in the decision tables of reports.

    Args:
        run: see `read_run`.
        reports: folders of reports, or their decision tables; if empty, the reports on the run's data set that are
            beside its results, and none for a CSV.
        config: the config with the thresholds; if it does not exist, they have their defaults.
        thresholds: key of the section `verdicts` -> threshold that replaces the config's.

    Raises:
        InputError: the run, a report or a threshold cannot be used.
    """
    settings = resolve_config(merge_config_files([config])) if config.is_file() else None
    history, limits = read_run(run), resolve_limits(settings, thresholds)
    verdicts = summarise_verdicts(assess_history(history, limits))
    compared = [path / "decisions.csv" if path.is_dir() else path for path in reports]
    if history.root and not compared:
        compared = find_reports(history.root, set(verdicts["dataset"]))
    return Diagnosis(
        state=describe_progress(history, settings),
        verdicts=verdicts,
        sentences=[describe_network(rows) for _, rows in verdicts.groupby(GROUP, sort=False)],
        remedies=find_remedies(verdicts, read_decisions(compared)),
    )


def assess_history(history: RunHistory, limits: Limits) -> pd.DataFrame:
    """Return the verdict on every network of every seed of a run, from all that was measured of it."""
    assessed = [assess_runs(history.history, limits)]
    if history.probe is not None:
        assessed.append(assess_frozen_generators(history.probe, limits))
    if history.folder:
        assessed += assess_run_quality(history.folder, limits)
    tables = [table for table in assessed if len(table)]
    return unite_probes(pd.concat(tables or assessed[:1], ignore_index=True))


def parse_thresholds(texts: Sequence[str]) -> dict[str, float]:
    """Parse thresholds written as KEY=NUMBER.

    Raises:
        InputError: one is written otherwise.
    """
    pairs = [text.partition("=") for text in texts]
    try:
        return {key: float(number) for key, _, number in pairs}
    except ValueError:
        raise InputError("--limit", f"{' '.join(texts)} is not KEY=NUMBER", "Write, for example, window=0.3") from None


def resolve_limits(settings: ResolvedConfig | None, thresholds: Mapping[str, float]) -> Limits:
    """Return the thresholds of the config, or the defaults, with some of them replaced.

    Raises:
        InputError: a threshold is out of its range.
    """
    values = (dict(settings.verdicts) if settings else {}) | dict(thresholds)
    try:
        return Limits(**Verdicts(**values).model_dump())
    except ValidationError as error:
        details = error.errors()[0]
        wrong = f"{details['msg']}, but it is {details['input']!r}"
        raise InputError(f"verdicts.{details['loc'][0]}", wrong, "See config/README.md") from None


def describe_progress(history: RunHistory, settings: ResolvedConfig | None) -> str:
    """Describe which run was read and, if it is running, how many rounds the config plans."""
    name = history.running_method
    method = settings.methods.get(name) if settings and name else None
    return f"{history.state}; the config plans {method.rounds} rounds" if method else history.state


def summarise_verdicts(assessed: pd.DataFrame) -> pd.DataFrame:
    """Count the seeds of each network and verdict, with the earliest onset, its evidence and the commonest layer.

    Args:
        assessed: dataset, method, network, seed, verdict, step, layer, evidence; a row per seed.

    Returns:
        dataset, method, network, verdict, seeds (with this verdict), of (all seeds), step, layer, seed, evidence.
    """
    seeds = assessed.groupby(GROUP)["seed"].transform("size")
    summaries = []
    for (*group, verdict), rows in assessed.assign(of=seeds).groupby([*GROUP, "verdict"], sort=False):
        first = rows.sort_values("step", kind="stable").iloc[0]
        layer = rows["layer"].mode().iloc[0] if rows["layer"].notna().any() else None
        summary = (*group, verdict, len(rows), first["of"], first["step"], layer, first["seed"], first["evidence"])
        summaries.append(summary)
    columns = [*GROUP, "verdict", "seeds", "of", "step", "layer", "seed", "evidence"]
    return pd.DataFrame(summaries, columns=columns).astype({"step": "Int64"})


def make_verdict_table(verdicts: pd.DataFrame) -> Table:
    """Make a table of the verdicts for a terminal."""
    table = Table("network", "method", "data", "verdict", "seeds", "since step", "layer")
    for _, row in verdicts.iterrows():
        onset = ["–" if pd.isna(row[column]) else row[column] for column in ("step", "layer")]
        cells = [*row[["network", "method", "dataset", "verdict"]], f"{row['seeds']} of {row['of']}", *onset]
        table.add_row(*(escape(str(cell)) for cell in cells))
    return table


def describe_network(verdicts: pd.DataFrame) -> str:
    """Describe the verdicts of one network in a sentence."""
    clauses = [_describe_verdict(row) for _, row in verdicts.iterrows()]
    return f"{name_network(verdicts.iloc[0])}: {'; '.join(clauses)}."


def _describe_verdict(row: pd.Series) -> str:
    if row["of"] == 1:
        onset = "" if pd.isna(row["step"]) else f" since step {row['step']}, most in layer {row['layer']}"
        return f"{row['verdict']}{onset} ({row['evidence']})"
    onset = "" if pd.isna(row["step"]) else f", first at step {row['step']}, most often in layer {row['layer']}"
    return f"{row['verdict']} in {row['seeds']} of {row['of']} seeds{onset} (seed {row['seed']}: {row['evidence']})"
