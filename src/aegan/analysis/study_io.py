"""Read the files that the rule `tabulate` wrote, without importing the statistics libraries that it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aegan.analysis.study_arrays import ArrayKey
from aegan.analysis.study_schema import QualitativeSamples, Study
from aegan.storage import read_json, read_tensors
from aegan.tables import name_table, read_table


def load_study(
    name: str,
    datasets: Sequence[str],
    methods: Sequence[str],
    tables: Sequence[Path],
    arrays: Path,
    metric_labels: Mapping[str, tuple[str, str]] | None = None,
    reconstruction_metrics: Collection[str] = (),
    manifests: Sequence[Path] = (),
    shown_channels: Mapping[str, Sequence[int]] | None = None,
) -> Study:
    """Load the tables and arrays of a study.

    Args:
        name: the study's name.
        datasets: data sets in the order of the study.
        methods: methods in the order of the study.
        tables: files of tables, each named like a field of `Study`.
        arrays: safetensors, whose keys are those of `ArrayKey`.
        metric_labels: metric -> its label and which direction is better.
        reconstruction_metrics: the metrics of reconstructions.
        manifests: manifest.json of each data set.
        shown_channels: dataset -> the channels drawn as red, green and blue, where the config chooses them.
    """
    by_dataset: dict[str, dict[str, np.ndarray]] = {"originals": {}, "raw": {}, "raw_labels": {}}
    by_run: dict[str, dict[tuple[str, str], np.ndarray]] = {"samples": {}, "reconstructions": {}, "worst": {}}
    qualitative: dict[tuple[str, str], dict[str, np.ndarray]] = {}
    for encoded, array in read_tensors(arrays).items():
        key = ArrayKey.parse(encoded)
        if key.kind in by_dataset:
            by_dataset[key.kind][key.dataset] = array
        elif key.kind == "exhibits":
            qualitative.setdefault((key.dataset, key.name), {})[key.part] = array
        else:
            by_run[key.kind][key.dataset, key.name] = array
    loaded: dict[str, Any] = {name_table(path): read_table(path) for path in tables}
    return Study(
        name=name,
        datasets=tuple(datasets),
        methods=tuple(methods),
        samples=by_run["samples"],
        originals=by_dataset["originals"],
        raw_data=by_dataset["raw"],
        raw_labels=by_dataset["raw_labels"],
        manifests=dict(zip(datasets, map(read_json, manifests), strict=bool(manifests))),
        shown_channels=shown_channels or {},
        reconstructions=by_run["reconstructions"],
        worst_reconstructions=by_run["worst"],
        qualitative_samples={run: QualitativeSamples(**parts) for run, parts in qualitative.items()},
        metric_labels=metric_labels or {},
        reconstruction_metrics=tuple(reconstruction_metrics),
        **loaded,
    )


def summarise_provenance(
    datasets: Sequence[str],
    manifests: Sequence[Mapping[str, Any]],
    features: Sequence[Mapping[str, Any]],
    runs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Summarise where a report comes from: data, feature nets, versions, machines, code, commits and dates.

    Args:
        datasets: names of the data sets.
        manifests: manifest.json of each data set.
        features: features.json of each data set.
        runs: run.json of every cohort.
    """
    record: dict[str, Any] = {"versions": runs[0]["versions"]}
    for dataset, manifest, nets in zip(datasets, manifests, features, strict=True):
        record[f"data set {dataset}"] = {"source": manifest["source"]["name"], **manifest["shards"]}
        record[f"feature nets of {dataset}"] = nets
    for key in ("machine", "code"):
        record[key] = sorted({str(run[key]) for run in runs})
    for key in ("commit", "date"):
        if values := sorted({run[key] for run in runs if key in run}):  # older versions recorded neither
            record[f"{key}s"] = values
    return record
