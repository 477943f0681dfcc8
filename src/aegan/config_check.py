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

from aegan.config import SHARED, Config, with_shared
from aegan.config_sections import GanTraining
from aegan.errors import AeganError, InputError
from aegan.games.roles import ROLES, needs_autoencoder, unread


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
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise InputError(file, f"is not readable as YAML ({error})", "Give the path of a config file") from None
        if not isinstance(content, dict):
            raise InputError(file, "holds no mapping", "Begin with sections such as `study:`")
        config = _merge(config, content)
    return config


def _merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    return {**base} | {
        key: _merge(_mapping(base.get(key)), value) if isinstance(value, Mapping) else value
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
    study, report = _mapping(raw.get("study")), _mapping(raw.get("report"))
    references = [
        *((f"study.datasets[{i}]", name, "datasets") for i, name in enumerate(_list(study.get("datasets")))),
        *((f"study.methods[{i}]", name, "methods") for i, name in enumerate(_list(study.get("methods")))),
        *(
            (f"methods.{name}.autoencoder", method["autoencoder"], "autoencoders")
            for name, method in _entries(raw, "methods")
            if method.get("autoencoder")
        ),
        *(
            (f"study.reproductions[{i}]", name, "reproductions")
            for i, name in enumerate(_list(study.get("reproductions")))
        ),
        *(
            (f"reproductions.{name}.dataset", entry["dataset"], "datasets")
            for name, entry in _entries(raw, "reproductions")
            if entry.get("dataset")
        ),
        *(
            (f"report.baselines.{name}", other, "methods")
            for pair in _mapping(report.get("baselines")).items()
            for name, other in (pair, (pair[0], pair[0]))
        ),
    ]
    for path, name, catalogue in references:
        known = list(_mapping(raw.get(catalogue)))
        if name not in known:
            yield f"{path}: {name!r} is not among the {catalogue}. {_suggestion(str(name), known)}"


def meaningless(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each combination that has no meaning, with the reason."""
    autoencoders = dict(_entries(raw, "autoencoders"))
    for name, entry in autoencoders.items():
        if _name(entry.get("objective")) == "vae" and _name(entry.get("architecture")) == "article":
            yield (
                f"autoencoders.{name}.architecture: the article's encoder ends in an activation, but a variational "
                "encoder gives means and log-variances of either sign. Use dense or conv, or the objective mse"
            )
    for name, method in _entries(raw, "methods"):
        role, needed = _name(method.get("role")), _needs_autoencoder(method)
        if needed and not method.get("autoencoder"):
            yield f"methods.{name}.autoencoder: the role {role} needs one. Known: {', '.join(autoencoders) or 'none'}"
        if needed is False and method.get("autoencoder"):
            yield f"methods.{name}.autoencoder: the role {role} plays without an autoencoder. Remove the key"
        for network, data in FLAT.get(str(role), {}).items():
            if _name(method.get(network)) == "conv":
                yield (
                    f"methods.{name}.{network}: the role {role} plays on {data}, which have no rows and columns for a "
                    f"convolution to slide over. Use {network}: dense"
                )
        yield from _torn_packs(name, method)
    study = _mapping(raw.get("study"))
    for key in ("datasets", "methods"):
        names = [str(name) for name in _list(study.get(key))]
        if len(set(names)) < len(names):
            yield f"study.{key}: a name is listed twice. List each once"


#: role -> network -> what it takes or makes, where that is no image
FLAT = {
    "latent": {"generator": "codes", "discriminator": "codes"},
    "bigan": {"discriminator": "pairs of data and code"},
}


def unheeded(raw: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem for each key that a method sets and its role does not read; a shared section may hold it."""
    for name, method in _entries(raw, "methods"):
        yield from (
            f"methods.{name}.{key}: the role {_name(method['role'])} does not read it, for its discriminator gives no "
            "logits. Remove the key"
            for key, value in method.items()
            if key in _ignored(method) and value is not None
        )


def _torn_packs(name: str, method: Mapping[str, Any]) -> Iterator[str]:
    size, packing = (method.get(key, GanTraining.model_fields[key].default) for key in ("batch_size", "packing"))
    if not (isinstance(size, int) and isinstance(packing, int)) or "packing" in _ignored(method):
        return
    if packing > 1 and size % packing:
        yield (
            f"methods.{name}.batch_size: {size} is no multiple of the packing, {packing}, and the discriminator judges "
            f"whole packs. Use a multiple of {packing}"
        )


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
    entry, shared = _mapping(raw[str(catalogue)])[rest[0]], _mapping(raw.get(SHARED[str(catalogue)]))
    return rest[1] in entry or rest[1] not in shared


def _entries(raw: Mapping[str, Any], catalogue: str) -> list[tuple[str, Mapping[str, Any]]]:
    """List the entries of a catalogue that are mappings, as all of them should be."""
    return [(name, entry) for name, entry in _mapping(raw.get(catalogue)).items() if isinstance(entry, Mapping)]


def _ignored(method: Mapping[str, Any]) -> set[str]:
    """Name the keys that the method's role does not read; none where there is no such role."""
    role = str(_name(method.get("role")))
    return unread(role) if role in ROLES else set()


def _needs_autoencoder(method: Mapping[str, Any]) -> bool | None:
    """Tell whether the method's role needs an autoencoder; None where there is no such role."""
    try:
        return needs_autoencoder(str(_name(method.get("role"))))
    except KeyError:
        return None


def _name(chosen: Any) -> Any:
    """Return the name of a choice, which is given as a name or as a mapping with one."""
    return chosen.get("name") if isinstance(chosen, Mapping) else chosen


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
