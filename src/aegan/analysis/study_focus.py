"""The part of a large study that figures can show: its tables have all methods, its curves and pictures a few."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

import pandas as pd

from aegan.analysis.study_schema import Study

#: methods on a data set that all figures show; of more, no reader tells their curves apart
MOST_METHODS = 16

PAIR = ["dataset", "method", "baseline"]
OF_AUTOENCODERS = ("autoencoders", "autoencoder_quality", "latents")


def focus_study(study: Study, families: Collection[str] | None) -> Study:
    """Keep of a large study the methods of the comparisons in some families, and their baselines.

    A study is large if more than `MOST_METHODS` methods ran on a data set.

    Args:
        study: the study.
        families: entries of `family` in the decision table; None for all methods.

    Returns:
        The study without the rows and arrays of the other methods, without other comparisons, and without the
        autoencoders of data sets of which no method is left. A study that is not large, or has no comparison in these
        families, stays as it is.
    """
    compared = study.decisions[study.decisions["family"].isin(list(families or ()))]
    if compared.empty or max(len(list_methods(study, dataset)) for dataset in study.datasets) <= MOST_METHODS:
        return study
    pairs = set(compared[PAIR].itertuples(index=False, name=None))
    runs = {(dataset, name) for dataset, *names in pairs for name in names}
    methods = tuple(name for name in study.methods if name in {name for _, name in runs})
    shown = {field.name: getattr(study, field.name) for field in fields(study)}
    tables = {name: table for name, table in shown.items() if isinstance(table, pd.DataFrame)}
    kept = {name: _keep(table, pairs, PAIR) for name, table in tables.items() if set(PAIR) <= set(table)}
    kept |= {
        name: _keep(table, runs, PAIR[:2]) for name, table in tables.items() if set(PAIR) & set(table) == set(PAIR[:2])
    }
    kept["decisions"] = compared
    kept["profiles"] = study.profiles[study.profiles["method"].isin(methods)]
    datasets = {dataset for dataset, _ in runs}
    kept |= {name: tables[name][tables[name]["dataset"].isin(datasets)] for name in OF_AUTOENCODERS}
    arrays = {
        name: {run: array for run, array in shown[name].items() if run in runs}
        for name in ("samples", "qualitative_samples")
    } | {
        name: {run: array for run, array in shown[name].items() if run[0] in datasets}
        for name in ("reconstructions", "worst_reconstructions")
    }
    changed: dict[str, Any] = {**kept, **arrays, "methods": methods}
    return replace(study, **changed)


def _keep(table: pd.DataFrame, names: Collection[tuple[str, ...]], columns: list[str]) -> pd.DataFrame:
    return table[pd.MultiIndex.from_frame(table[columns]).isin(names)]


def list_methods(study: Study, dataset: str) -> set[str]:
    """List the methods that ran on a data set."""
    return set(study.gradients["method"][study.gradients["dataset"] == dataset])


def count_focus(study: Study, focused: Study) -> str:
    """Count the methods that are shown: 7 of 62 methods on digits; "" if all are."""
    counts = {
        dataset: (len(list_methods(focused, dataset)), len(list_methods(study, dataset))) for dataset in study.datasets
    }
    return ", ".join(f"{few} of {all_} methods on {dataset}" for dataset, (few, all_) in counts.items() if few < all_)
