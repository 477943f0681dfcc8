"""Read YAML strictly: a key that a mapping holds twice is an error, where YAML libraries keep the last one silently."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from aegan.errors import InputError

MERGE_TAG = "tag:yaml.org,2002:merge"  #: of the key `<<`


def read_yaml(path: Path) -> Any:
    """Read a YAML file; None for an empty one.

    Raises:
        InputError: the file is missing, is not YAML, or holds a key twice or a key that is a list or a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(path, "is not there", "Give the path of a YAML file") from None
    except (OSError, ValueError) as error:
        raise InputError(path, f"is not readable as YAML ({error})", "Give the path of a YAML file") from None
    return parse_yaml(text, path)


def parse_yaml(text: str, where: object) -> Any:
    """Parse YAML; None for an empty text.

    Args:
        text: one YAML document.
        where: its file, which errors name.

    Raises:
        InputError: the text is not YAML, or holds a key twice or a key that is a list or a mapping.
    """
    try:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            problems = list(_find_bad_keys(loader, root)) if root else []
            content = loader.construct_document(root) if root and not problems else None
        finally:
            loader.dispose()
    # yaml raises many types of exception for text that only looks like a date, a number or its own tag
    except Exception as error:
        raise InputError(where, f"is not readable as YAML ({error})", "Correct the text at this place") from None
    if problems:
        raise InputError(where, "; ".join(problems), "Keep each key once; a key is a word or a number")
    return content


def _find_bad_keys(loader: yaml.SafeLoader, root: yaml.Node) -> Iterator[str]:
    """Yield a message for each key of any mapping that is there twice, or that a mapping cannot have.

    The nodes are checked before their values are made, because merging a mapping (`<<`) adds keys to its node.
    """
    stack, seen = [("", root)], set[int]()
    while stack:
        path, node = stack.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        children: list[tuple[str, yaml.Node]] = []
        if isinstance(node, yaml.SequenceNode):
            children = [(f"{path}[{index}]", child) for index, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            lines: dict[Hashable, int] = {}
            for key_node, child in node.value:
                line = key_node.start_mark.line + 1
                if not isinstance(key_node, yaml.ScalarNode):
                    yield f"a {key_node.id} is used as a key in line {line}; write text with braces in quotes"
                    continue
                key = "<<" if key_node.tag == MERGE_TAG else loader.construct_object(key_node)
                name = f"{path}.{key_node.value}".lstrip(".")
                if key in lines:
                    lines_of_both = f"lines {lines[key]} and {line}" if lines[key] != line else f"line {line}"
                    yield f"the key {name} is set twice, in {lines_of_both}"
                lines.setdefault(key, line)
                children.append((name, child))
        stack += reversed(children)
