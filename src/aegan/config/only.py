"""Find mistakes in `study.only`, which says what methods run on a data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aegan.config.error_messages import suggest_name
from aegan.config.raw_values import as_list, as_mapping


def find_only_mistakes(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each name in `study.only` that the study does not run, and for methods that run nowhere.

    Args:
        raw: the config, which need not be valid.
    """
    study = as_mapping(raw.get("study"))
    only = as_mapping(study.get("only"))
    datasets, methods = ([str(name) for name in as_list(study.get(key))] for key in ("datasets", "methods"))
    for dataset, names in only.items():
        path = f"study.only.{dataset}"
        if str(dataset) not in datasets:
            yield (
                f"{path}: {dataset!r} is not among study.datasets. {suggest_name(str(dataset), datasets)}. A study of "
                "other data sets has study.only: null, or methods of its own for each"
            )
        listed = [str(name) for name in as_list(names)]
        for i, name in enumerate(listed):
            if name not in methods:
                yield f"{path}[{i}]: {name!r} is not among study.methods. {suggest_name(name, methods)}"
        if len(set(listed)) < len(listed):
            yield f"{path}: a name is listed twice. List each once"
    if datasets and all(isinstance(only.get(dataset), list) for dataset in datasets):
        running = {str(name) for dataset in datasets for name in as_list(only[dataset])}
        for i, name in enumerate(methods):
            if name not in running:
                yield (
                    f"study.methods[{i}]: {name} runs on no data set. Add it to study.only for one of "
                    f"{', '.join(datasets)}, or remove it here"
                )
