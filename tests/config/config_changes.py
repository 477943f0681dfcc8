"""The quickstart's config, changes to it, and what validation says of them."""

import copy
from pathlib import Path
from typing import Any

import pytest

from aegan.config.error_messages import ConfigError
from aegan.config.validation import load_config

ROOT = Path(__file__).parents[2]
#: methods of a study with a primary family: two comparisons, and one that can replicate the first
METHODS = ["gan", "warm_start", "gan_r1", "warm_start_r1"]


def put(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a config with another value at a key path like gan.loss."""
    changed = copy.deepcopy(raw)
    node = changed
    *parents, last = path.split(".")
    for part in parents:
        node = node.setdefault(part, {})
    node[last] = value
    return changed


def problems(raw: dict[str, Any]) -> str:
    """Return the message of the error that a config is refused with."""
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    return str(caught.value)


def check_message(raw: dict[str, Any], path: str, value: Any, words: str) -> None:
    """Check that a value is refused in these words; a method named x is run as well."""
    broken = put(raw, path, value)
    if path == "methods.x":
        broken = put(broken, "study.methods", ["gan", "x"])
    assert words in problems(broken)
