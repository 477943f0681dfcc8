"""Turn pydantic's validation errors into messages that name the key path, what is wrong and how to correct it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from aegan.errors import AeganError

#: path of an error: keys, list indices and, inside a selection of a registry entry, the entry's name
Path = tuple[int | str, ...]


class ConfigError(AeganError):
    """A config that cannot be run; the message lists every mistake.

    Args:
        problems: one message per mistake.
    """

    def __init__(self, problems: list[str]) -> None:
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__("\n  ".join([f"{count} in the config; nothing was started", *problems]))
        self.problems = problems


def describe_error(details: ErrorDetails, schema: dict[str, Any]) -> str:
    """Turn one pydantic error into "path: what is wrong. How to correct it".

    Args:
        details: the error.
        schema: JSON schema of the config.
    """
    path, kind, context = details["loc"], details["type"], details.get("ctx", {})
    where = ".".join(str(part) for part in drop_entry_names(path, schema))
    if kind == "extra_forbidden":
        return f"{where}: unknown key. {suggest_name(str(path[-1]), list_schema_keys(schema, path[:-1]))}"
    if kind in {"union_tag_invalid", "literal_error"}:
        known = re.findall(r"'([^']*)'", str(context.get("expected_tags") or context.get("expected")))
        given = str(context.get("tag", details["input"]))
        return f"{where.removesuffix('.name')}: {given!r} is not known. {suggest_name(given, known)}"
    if kind == "missing":
        return f"{where}: missing. Add this key"
    wrong = details["msg"].removeprefix("Value error, ")
    return f"{where}: {wrong}, but it is {details['input']!r}. See config/README.md"


def suggest_name(given: str, known: list[str]) -> str:
    """Return the known name closest to a misspelt one, if any is close, and all known names, as sentences."""
    near = get_close_matches(given, known, n=1, cutoff=0.5)
    return (f"Did you mean {near[0]!r}? " if near else "") + f"Known: {', '.join(known) or 'none'}"


def list_schema_keys(schema: dict[str, Any], path: Path) -> list[str]:
    """List the keys that the schema allows in the mapping at the path of a pydantic error."""
    return list(_find_schema_node(schema, path).get("properties", {}))


def drop_entry_names(path: Path, schema: dict[str, Any]) -> list[int | str]:
    """Drop the names of registry entries, which pydantic adds to a path as union tags and YAML does not have.

    Args:
        path: of a pydantic error.
        schema: JSON schema of the config.
    """
    return [part for i, part in enumerate(path) if "discriminator" not in _find_schema_node(schema, path[:i])]


def _find_schema_node(schema: dict[str, Any], path: Path) -> dict[str, Any]:
    node = schema
    for part in path:
        node = _get_child(_follow_references(schema, node), part)
    return _follow_references(schema, node)


def _get_child(node: dict[str, Any], part: int | str) -> dict[str, Any]:
    by_pattern = next(iter(node.get("patternProperties", {}).values()), None)
    child = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    child = child or node.get("additionalProperties") or by_pattern or {}
    reference = node.get("discriminator", {}).get("mapping", {}).get(part)
    return {"$ref": reference} if reference else child if isinstance(child, dict) else {}


def _follow_references(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and the alternative to null of an optional key."""
    while "$ref" in node or "anyOf" in node:
        node = (
            schema["$defs"][node["$ref"].rpartition("/")[2]]
            if "$ref" in node
            else next((option for option in node["anyOf"] if option.get("type") != "null"), {})
        )
    return node
