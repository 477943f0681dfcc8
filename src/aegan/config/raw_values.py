"""Readers of a config that is not validated yet: they ignore values of an unexpected type and never fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_mapping(value: Any) -> Mapping[Any, Any]:
    """Return a mapping as it is, and an empty one for any other value."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and an empty one for any other value."""
    return value if isinstance(value, list) else []


def list_entries(raw: Mapping[str, Any], section: str) -> list[tuple[str, Mapping[str, Any]]]:
    """List the names and mappings of a section of named entries, without entries that are not mappings."""
    return [(name, entry) for name, entry in as_mapping(raw.get(section)).items() if isinstance(entry, Mapping)]


def read_name(selection: Any) -> Any:
    """Return the name of a selected registry entry, which is given as a name or as a mapping with one."""
    return selection.get("name") if isinstance(selection, Mapping) else selection


def expand_name(selection: Any) -> Any:
    """Return a selected registry entry as a mapping with its name."""
    return {"name": selection} if isinstance(selection, str) else selection
