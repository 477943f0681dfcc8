"""Validate a config: report all mistakes at once, before anything runs, each with its key path and its remedy."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from functools import cache, reduce
from operator import getitem
from typing import Any

from pydantic import ValidationError

from aegan.config.baselines import find_baseline_mistakes
from aegan.config.compatibility import find_ignored_keys, find_meaningless_combinations
from aegan.config.error_messages import ConfigError, describe_error, drop_entry_names, suggest_name
from aegan.config.measurements import find_endpoints_left_out, find_unmeasured_endpoints
from aegan.config.model import SHARED_SECTIONS, Config, apply_shared_sections
from aegan.config.networks import find_oversized_networks, find_unsuitable_networks
from aegan.config.only import find_only_mistakes
from aegan.config.raw_data import build_source, list_used_datasets
from aegan.config.raw_values import as_list, as_mapping, list_entries
from aegan.config.replications import find_plan_mistakes
from aegan.config.requirements import find_shortfalls
from aegan.data.raw_dataset import DataOutline
from aegan.data.shown_channels import check_shown_channels
from aegan.errors import InputError


def load_config(raw: Mapping[str, Any]) -> Config:
    """Validate a merged config, as `merge_config_files` or Snakemake reads it, and return its model.

    Raises:
        ConfigError: there are mistakes; the message lists all of them.
    """
    config: Config | None
    invalid: set[str] = set()
    merged, problems = apply_shared_sections(raw), []
    try:
        config = Config.model_validate(merged)
    except ValidationError as error:
        schema = _make_schema()
        problems += [
            describe_error(details, schema) for details in error.errors() if not _is_inherited(details["loc"], raw)
        ]
        config, invalid = _validate_rest(merged, error, schema)
    unknown = list(find_unknown_names(merged))
    problems += [*unknown, *find_meaningless_combinations(merged), *find_ignored_keys(raw), *find_only_mistakes(merged)]
    if config and not unknown:
        outlines = {name: outline_dataset(config, name) for name in list_used_datasets(config)}
        found: Iterable[str] = find_unsuitable_data(config, outlines)
        problems += [problem for problem in found if not _is_below(problem.partition(": ")[0], invalid)]
        problems += [] if problems else find_oversized_games(config, outlines)
        baselines = config.resolve_baselines({} if problems else None)
        differences = {} if problems else config.describe_differences()
        found = itertools.chain(
            find_baseline_mistakes(config, baselines),
            find_plan_mistakes(config, baselines, differences),
            find_unmeasured_endpoints(config, baselines),
        )
        problems += [problem for problem in found if not _is_below(problem.partition(": ")[0], invalid)]
    if problems or config is None:
        raise ConfigError(list(dict.fromkeys(problems)))
    return config


def outline_dataset(config: Config, dataset: str) -> DataOutline:
    """Return what the options of a data set tell about it; no file is looked at."""
    return build_source(config, dataset).outline()


def find_unsuitable_data(config: Config, outlines: Mapping[str, DataOutline]) -> Iterator[str]:
    """Yield a message for everything that data sets lack for the study, and for networks that do not suit them."""
    for dataset, outline in outlines.items():
        yield from find_shortfalls(config, dataset, outline)
        yield from find_endpoints_left_out(config, dataset, outline)
        if (show := config.datasets[dataset].show) and outline.sized:
            try:
                check_shown_channels(f"datasets.{dataset}.show", show, (*outline.shape[1:], outline.shape[0]))
            except InputError as error:
                yield str(error)
        if dataset in config.study.datasets:
            yield from find_unsuitable_networks(config, dataset, outline)


def find_oversized_games(config: Config, outlines: Mapping[str, DataOutline]) -> Iterator[str]:
    """Yield a message for each game that cannot be built."""
    for dataset in (name for name in outlines if name in config.study.datasets):
        yield from find_oversized_networks(config, dataset, outlines[dataset])


def refuse_unsuitable_data(config: Config, outlines: Mapping[str, DataOutline]) -> None:
    """Refuse data sets that lack what the study needs, or that its networks do not suit.

    Raises:
        ConfigError: there are some; the message lists all mistakes.
    """
    problems = list(find_unsuitable_data(config, outlines)) or list(find_oversized_games(config, outlines))
    if problems:
        raise ConfigError(problems)


def find_unknown_names(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message for each name that refers to an entry of another section that does not exist there."""
    for path, name, section in _list_references(raw):
        known = list(as_mapping(raw.get(section)))
        if name not in known:
            yield f"{path}: {name!r} is not among the {section}. {suggest_name(str(name), known)}"


def _validate_rest(
    merged: Mapping[str, Any], error: ValidationError, schema: dict[str, Any]
) -> tuple[Config | None, set[str]]:
    """Validate a config without its invalid keys, to find the mistakes that other keys make together.

    Args:
        merged: the config.
        error: what is wrong with it.
        schema: JSON schema of the config.

    Returns:
        The model with defaults for the invalid keys, None if there are none; and the paths of the invalid keys.
    """
    rest = deepcopy(dict(merged))
    paths = [drop_entry_names(details["loc"], schema) for details in error.errors()]
    for *parents, key in sorted(paths, key=str, reverse=True):  # of a list the last one first
        with suppress(LookupError, TypeError):
            del reduce(getitem, parents, rest)[key]  # type: ignore[arg-type]
    config = None
    if not any(find_unknown_names(rest)):  # a whole entry may be invalid
        with suppress(ValidationError):
            config = Config.model_validate(rest)
    return config, {".".join(map(str, path)) for path in paths}


def _is_below(path: str, keys: set[str]) -> bool:
    """Return whether a path is that of one of the keys, or lies below one."""
    return any(path == key or path.startswith(f"{key}.") for key in keys)


@cache
def _make_schema() -> dict[str, Any]:
    return Config.model_json_schema()


def _list_references(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield the key path, the name and the section of each reference to an entry of another section."""
    study = as_mapping(raw.get("study"))
    for section in ("datasets", "methods"):
        yield from ((f"study.{section}[{i}]", name, section) for i, name in enumerate(as_list(study.get(section))))
    for name, method in list_entries(raw, "methods"):
        if method.get("autoencoder"):
            yield f"methods.{name}.autoencoder", method["autoencoder"], "autoencoders"
    for i, name in enumerate(as_list(study.get("reproductions"))):
        yield f"study.reproductions[{i}]", name, "reproductions"
    for name, entry in list_entries(raw, "reproductions"):
        if entry.get("dataset"):
            yield f"reproductions.{name}.dataset", entry["dataset"], "datasets"
    for method, named in as_mapping(as_mapping(raw.get("report")).get("baselines")).items():
        baselines = [named] if isinstance(named, str) else as_list(named)
        yield from ((f"report.baselines.{method}", name, "methods") for name in (*baselines, method))


def _is_inherited(path: tuple[int | str, ...], raw: Mapping[str, Any]) -> bool:
    """Return whether the key at an error's path comes from a shared section, where the error is reported as well."""
    section, *rest = path
    if section not in SHARED_SECTIONS or len(rest) < 2:
        return False
    entry = as_mapping(as_mapping(raw[str(section)]).get(rest[0]))
    shared = as_mapping(raw.get(SHARED_SECTIONS[str(section)]))
    return rest[1] not in entry and rest[1] in shared
