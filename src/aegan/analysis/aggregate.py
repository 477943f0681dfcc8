"""Make the tables of a study from the files of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from aegan.analysis.costs import tabulate_costs
from aegan.analysis.decision_table import tabulate_decisions
from aegan.analysis.diagnosis_summary import summarise_diagnosis
from aegan.analysis.mechanism import tabulate_mechanism
from aegan.analysis.member_outcomes import summarise_headline, tabulate_outcomes
from aegan.analysis.member_tables import MemberTables
from aegan.analysis.paired_outcomes import pair_outcomes, tabulate_pairs
from aegan.analysis.performance_profiles import tabulate_profiles
from aegan.analysis.study_plan import Baselines, make_plan
from aegan.analysis.study_schema import (
    AUTOENCODER_HISTORY,
    AUTOENCODER_QUALITY,
    DYNAMICS,
    HISTORY,
    LADDER,
    LATENTS,
    LEFT_OUT,
    PROBE,
    QUALITY,
)
from aegan.probes.findings import Limits
from aegan.probes.probe_verdicts import assess_frozen_generators
from aegan.probes.quality_faults import assess_codebooks, assess_priors
from aegan.probes.verdicts import assess_runs
from aegan.storage import read_json
from aegan.tables import read_table


class RunFiles(NamedTuple):
    """The files of all cohorts of one phase; autoencoders have no diagnosis (probes, dynamics)."""

    histories: Sequence[Path]
    records: Sequence[Path]
    quality: Sequence[Path]
    probes: Sequence[Path] = ()
    dynamics: Sequence[Path] = ()


class EvaluationFiles(NamedTuple):
    """The other files of the evaluation: of the autoencoders, and of the data sets."""

    projections: Sequence[Path]  #: projection.csv of the autoencoders
    ladders: Sequence[Path]  #: ladder.csv of the data sets
    left_out: Sequence[Path] = ()  #: left_out.csv of the data sets


class Comparisons(NamedTuple):
    """What a study compares."""

    methods: Mapping[str, Mapping[str, Any]]  #: the resolved methods of the study
    baselines: Baselines  #: method -> the methods that it is compared with
    #: data set -> method -> baseline -> in what else they differ there than what is compared; "" if in nothing
    differences: Mapping[str, Mapping[str, Mapping[str, str]]]
    study: Mapping[str, Any]  #: the config's section `study`


def tabulate_study(
    gans: RunFiles,
    autoencoders: RunFiles,
    evaluation: EvaluationFiles,
    verdicts: Mapping[str, float],
    report: Mapping[str, Any],
    comparisons: Comparisons,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Make the tables of a study and its headline numbers from the files of its runs.

    Args:
        gans: the files of the GANs.
        autoencoders: the files of the autoencoders that methods use; may be empty.
        evaluation: the other files of the evaluation.
        verdicts: the config's section `verdicts`.
        report: the config's section `report`.
        comparisons: what is compared.

    Returns:
        The tables of `Study` by field name, without `reproductions`; and the content of metrics.json.
    """
    methods, baselines, differences, study = comparisons
    gradients, quality = join_tables(gans.histories, HISTORY), join_tables(gans.quality, QUALITY)
    probe, dynamics = join_tables(gans.probes, PROBE), join_tables(gans.dynamics, DYNAMICS)
    diagnosis = summarise_diagnosis(probe, dynamics)
    limits = Limits(**verdicts)
    code_quality = join_tables(autoencoders.quality, AUTOENCODER_QUALITY)
    found = [
        assess_runs(gradients, limits),
        assess_frozen_generators(probe, limits),
        assess_codebooks(code_quality, methods, limits),
        assess_priors(quality, limits),
    ]
    verdict_table = pd.concat([table for table in found if len(table)] or found[:1], ignore_index=True)
    records = ([read_json(path) for path in files.records] for files in (gans, autoencoders))
    cost = tabulate_costs(*records)
    members = MemberTables(gradients, quality, diagnosis, cost, probe, limits.windows)
    outcomes = tabulate_outcomes(members)
    compared = [(method, baseline) for method, own in baselines.items() for baseline in own]
    pairs = pair_outcomes(outcomes, members, compared, report["outcomes"])
    tables = {
        "probe": probe,
        "dynamics": dynamics,
        "diagnosis": diagnosis,
        "gradients": gradients,
        "verdicts": verdict_table,
        "quality": quality,
        "ladder": join_tables(evaluation.ladders, LADDER),
        "cost": cost,
        "pairs": tabulate_pairs(pairs),
        "decisions": tabulate_decisions(pairs, cost, methods, differences, make_plan(study, baselines), report),
        "mechanism": tabulate_mechanism(pairs, members, report),
        "profiles": tabulate_profiles(outcomes, quality, report),
        "autoencoders": join_tables(autoencoders.histories, AUTOENCODER_HISTORY),
        "autoencoder_quality": code_quality,
        "latents": join_tables(evaluation.projections, LATENTS),
        "left_out": join_tables(evaluation.left_out, LEFT_OUT),
    }
    return tables, summarise_headline(outcomes, verdict_table)


def join_tables(paths: Sequence[Path], columns: list[str]) -> pd.DataFrame:
    """Join the tables of several runs; without any rows, return an empty table of `columns` with dtype float."""
    tables = [table for table in map(read_table, paths) if len(table)]  # a CSV without rows has no dtypes
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns, dtype=float)
