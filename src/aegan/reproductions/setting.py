"""The setting of a reproduction: everything in which it differs from the paper, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.data.sources import SOURCES
from aegan.registry import Registry, make_options_model
from aegan.reproductions.grading import Reproduction


def describe_setting(
    result: Reproduction,
    registry: Registry[Any],
    selection: Mapping[str, Any],
    source: Mapping[str, Any] | None,
) -> str:
    """Name every difference from the paper: data, networks and normalisation, options; "" if there is none.

    Args:
        result: the built result.
        registry: the registry of results, whose defaults are the paper's options.
        selection: the resolved result, {name, options}.
        source: the resolved source of the data, {name, options}; None for a result without data.
    """
    differences = [*describe_data(result, source), *result.differences, *describe_options(registry, selection)]
    return ", ".join(differences)


def describe_data(result: Reproduction, source: Mapping[str, Any] | None) -> list[str]:
    """Name the data if they are not the paper's, and their options if they are not the source's defaults.

    Args:
        result: the built result.
        source: the resolved source, {name, options}; None for a result without data.
    """
    if source is None:
        return []
    other = [] if source["name"] in result.data else [f"data {source['name']} instead of {' or '.join(result.data)}"]
    return other + [f"data with {change}" for change in describe_options(SOURCES, source)]


def describe_options(registry: Registry[Any], selection: Mapping[str, Any]) -> list[str]:
    """Name the options of a resolved entry {name, options} that are not the defaults."""
    name = selection["name"]
    model = make_options_model(name, registry[name])
    defaults, present = (
        model.model_validate({"name": name, **options}).model_dump(mode="json") for options in ({}, dict(selection))
    )
    return [f"{key} {value} instead of {defaults[key]}" for key, value in present.items() if value != defaults[key]]
