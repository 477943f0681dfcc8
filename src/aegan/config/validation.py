"""Find every mistake in a config at once, before anything runs, each with its key path and its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from aegan.config.compatibility import entries, items, mapping, meaningless, unheeded
from aegan.config.model import SHARED, Config, with_shared
from aegan.errors import AeganError, InputError
from aegan.training.precision import shortfall

#: values that a config may have when its aliases are written out
LARGEST = 100_000


class ConfigError(AeganError):
    """A config that cannot be run; the message lists every mistake."""

    def __init__(self, problems: list[str]) -> None:
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__("\n  ".join([f"{count} in the config; nothing was started", *problems]))
        self.problems = problems


def merged(files: Sequence[Path]) -> dict[str, Any]:
    """Merge YAML files as Snakemake merges `--configfile`: mappings into each other, anything else replaces.

    Raises:
        InputError: a file is missing, or is not a YAML mapping.
    """
    config: dict[str, Any] = {}
    for file in files:
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        # on text that only looks like a date, a number or its own tag yaml raises many kinds of exception
        except Exception as error:
            raise InputError(file, f"is not readable as YAML ({error})", "Give the path of a config file") from None
        if not isinstance(content, dict):
            raise InputError(file, "holds no mapping", "Begin with sections such as `study:`")
        _check_size(file, content)
        config = _merge(config, content)
    return config


def _check_size(file: Path, content: Any) -> None:
    """Refuse aliases that repeat each other until memory is full, or for ever."""
    waiting, count = [content], 0
    while waiting:
        node = waiting.pop()
        inside = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        count += len(inside)
        if count > LARGEST:
            raise InputError(file, f"unfolds to more than {LARGEST} values", "Write out the aliases that it needs")
        waiting += inside


def _merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    return {**base} | {
        key: _merge(mapping(base.get(key)), value) if isinstance(value, Mapping) else value
        for key, value in overlay.items()
    }


def load(raw: Mapping[str, Any]) -> Config:
    """Turn the merged YAML into a config.

    Raises:
        ConfigError: there are mistakes; the message lists all of them.
    """
    config, problems = None, []
    merged = with_shared(raw)
    try:
        config = Config.model_validate(merged)
    except ValidationError as error:
        schema = Config.model_json_schema()
        problems += [_describe(details, schema) for details in error.errors() if _is_in(details["loc"], raw)]
    problems += [*unknown_names(merged), *meaningless(merged), *unheeded(raw)]
    if problems or config is None:
        raise ConfigError(list(dict.fromkeys(problems)))
    return config


def unknown_names(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each name that refers to an entry that does not exist."""
    study, report = mapping(raw.get("study")), mapping(raw.get("report"))
    references = [
        *((f"study.datasets[{i}]", name, "datasets") for i, name in enumerate(items(study.get("datasets")))),
        *((f"study.methods[{i}]", name, "methods") for i, name in enumerate(items(study.get("methods")))),
        *(
            (f"methods.{name}.autoencoder", method["autoencoder"], "autoencoders")
            for name, method in entries(raw, "methods")
            if method.get("autoencoder")
        ),
        *(
            (f"study.reproductions[{i}]", name, "reproductions")
            for i, name in enumerate(items(study.get("reproductions")))
        ),
        *(
            (f"reproductions.{name}.dataset", entry["dataset"], "datasets")
            for name, entry in entries(raw, "reproductions")
            if entry.get("dataset")
        ),
        *(
            (f"report.baselines.{name}", other, "methods")
            for pair in mapping(report.get("baselines")).items()
            for name, other in (pair, (pair[0], pair[0]))
        ),
    ]
    for path, name, catalogue in references:
        known = list(mapping(raw.get(catalogue)))
        if name not in known:
            yield f"{path}: {name!r} is not among the {catalogue}. {_suggestion(str(name), known)}"


def shortfalls(config: Config, device: str) -> Iterator[str]:
    """Yield a remark for each precision that the study asks for and a device, cpu or cuda, lacks."""
    used = {"methods": config.study.methods, "autoencoders": config.autoencoders_used()}
    for catalogue, name in ((catalogue, name) for catalogue, names in used.items() for name in names):
        if lacking := shortfall(getattr(config, catalogue)[name].precision, device):
            yield f"{catalogue}.{name}.precision: {lacking}"


def _describe(details: ErrorDetails, schema: dict[str, Any]) -> str:
    """Turn one pydantic error into "path: what is wrong. How to mend it"."""
    path, kind, context = details["loc"], details["type"], details.get("ctx", {})
    where = ".".join(str(part) for part in _visible(path, schema))
    if kind == "extra_forbidden":
        return f"{where}: unknown key. {_suggestion(str(path[-1]), keys_at(schema, path[:-1]))}"
    if kind in {"union_tag_invalid", "literal_error"}:
        known = re.findall(r"'([^']*)'", str(context.get("expected_tags") or context.get("expected")))
        given = str(context.get("tag", details["input"]))
        return f"{where.removesuffix('.name')}: {given!r} is not known. {_suggestion(given, known)}"
    if kind == "missing":
        return f"{where}: missing. Add this key"
    wrong = details["msg"].removeprefix("Value error, ")
    return f"{where}: {wrong}, but it is {details['input']!r}. See config/README.md"


def _suggestion(given: str, known: list[str]) -> str:
    near = get_close_matches(given, known, n=1, cutoff=0.5)
    return (f"Did you mean {near[0]!r}? " if near else "") + f"Known: {', '.join(known) or 'none'}"


def keys_at(schema: dict[str, Any], path: tuple[int | str, ...]) -> list[str]:
    """List the keys that the schema allows in the mapping at a path of a pydantic error."""
    return list(_node_at(schema, path).get("properties", {}))


def _node_at(schema: dict[str, Any], path: tuple[int | str, ...]) -> dict[str, Any]:
    node = schema
    for part in path:
        node = _step(_resolve(schema, node), part)
    return _resolve(schema, node)


def _step(node: dict[str, Any], part: int | str) -> dict[str, Any]:
    patterned = next(iter(node.get("patternProperties", {}).values()), None)
    inside = node.get("properties", {}).get(part) or node.get("additionalProperties") or patterned or {}
    tagged = node.get("discriminator", {}).get("mapping", {}).get(part)
    return {"$ref": tagged} if tagged else inside if isinstance(inside, dict) else {}


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and the one alternative to null of an optional key."""
    while "$ref" in node or "anyOf" in node:
        node = (
            schema["$defs"][node["$ref"].rpartition("/")[2]]
            if "$ref" in node
            else next((option for option in node["anyOf"] if option.get("type") != "null"), {})
        )
    return node


def _visible(path: tuple[int | str, ...], schema: dict[str, Any]) -> list[int | str]:
    """Leave out the tags of unions, which pydantic puts into paths and YAML does not have."""
    return [part for i, part in enumerate(path) if "discriminator" not in _node_at(schema, path[:i])]


def _is_in(path: tuple[int | str, ...], raw: Mapping[str, Any]) -> bool:
    """Tell whether an error is the entry's own; one inherited from a shared section is reported there."""
    catalogue, *rest = path
    if catalogue not in SHARED or len(rest) < 2:
        return True
    entry = mapping(mapping(raw[str(catalogue)]).get(rest[0]))
    shared = mapping(raw.get(SHARED[str(catalogue)]))
    return rest[1] in entry or rest[1] not in shared
