"""The faults of a run's codebook and prior, from the tables of quality beside its results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from aegan.probes.findings import Limits
from aegan.probes.quality_faults import assess_codebooks, assess_priors
from aegan.storage import read_json
from aegan.tables import read_table


def assess_run_quality(run: Path, limits: Limits) -> list[pd.DataFrame]:
    """Find the faults that show in the quality of a run's codes and samples, where it was measured.

    Args:
        run: results/{phase}/{dataset}/{name}/{seeds} of a finished run, a GAN or an autoencoder.
        limits: the thresholds.

    Returns:
        Tables with the columns of `assess_runs`, with a row per fault; an autoencoder's codebook is part of it.
    """
    if len(run.parents) <= 3:
        return []
    phase, dataset, name, seeds = run.parts[-4:]
    evaluation = run.parents[3] / "evaluation"
    used, tables = name, list[pd.DataFrame]()
    if phase == "gan":
        record, samples = run / "run.json", evaluation / "gan" / dataset / name / seeds / "quality.csv"
        used = read_json(record)["config"].get("autoencoder", "") if record.is_file() else ""
        tables += [assess_priors(read_table(samples), limits)] if samples.is_file() else []
    codes = evaluation / "autoencoder" / dataset / used / seeds / "quality.csv"
    if used and codes.is_file():
        found = assess_codebooks(read_table(codes), {name: {"autoencoder": used}}, limits)
        tables.append(found if phase == "gan" else found.assign(network="autoencoder"))
    return tables
