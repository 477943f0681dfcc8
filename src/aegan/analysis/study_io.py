"""What `tabulate` wrote, for those who show it: they wait for no library of statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aegan.analysis.study_schema import Exhibit, Study
from aegan.storage import read_tensors
from aegan.tables import read_table

#: the kinds of pictures that a figure shows of a data set, and of what learnt it
OF_DATA, OF_RUNS = ("originals",), ("samples", "reconstructions", "worst")


def load_study(
    name: str, datasets: Sequence[str], methods: Sequence[str], tables: Sequence[Path], pictures: Path
) -> Study:
    """Load what `tabulate` wrote: its tables, named by their files, and its pictures."""
    arrays: dict[str, Any] = {kind: {} for kind in (*OF_DATA, *OF_RUNS)}
    shown: dict[tuple[str, str], dict[str, np.ndarray]] = {}
    for key, array in read_tensors(pictures).items():
        kind, dataset, *entry = key.split("/")
        if kind == "exhibits":
            shown.setdefault((dataset, entry[0]), {})[entry[1]] = array
        else:
            arrays[kind][(dataset, *entry) if entry else dataset] = array
    loaded: dict[str, Any] = {path.stem: read_table(path) for path in tables}
    exhibits = {key: Exhibit(**parts) for key, parts in shown.items()}
    about: dict[str, Any] = {"datasets": tuple(datasets), "methods": tuple(methods), "exhibits": exhibits}
    return Study(name=name, **about, **loaded, **arrays)


def provenance(
    datasets: Sequence[str],
    manifests: Sequence[Mapping[str, Any]],
    features: Sequence[Mapping[str, Any]],
    runs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Sum up where a report comes from: data, feature nets, versions, machines and code.

    Args:
        datasets: the data sets.
        manifests: manifest.json of each.
        features: features.json of each.
        runs: run.json of every cohort.
    """
    record: dict[str, Any] = {"versions": runs[0]["versions"]}
    for dataset, manifest, nets in zip(datasets, manifests, features, strict=True):
        record[f"data set {dataset}"] = {"source": manifest["source"]["name"], **manifest["shards"]}
        record[f"feature nets of {dataset}"] = nets
    for key in ("machine", "code"):
        record[key] = sorted({str(run[key]) for run in runs})
    return record
