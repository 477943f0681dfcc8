"""Read and merge config files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from aegan.config.raw_values import as_mapping
from aegan.errors import InputError

#: largest number of values of a config file after its aliases are expanded
MAX_VALUES = 100_000


def merge_config_files(files: Sequence[Path]) -> dict[str, Any]:
    """Merge YAML files as Snakemake merges `--configfile`: mappings are merged, any other value is replaced.

    Raises:
        InputError: a file is missing, or is not a YAML mapping.
    """
    config: dict[str, Any] = {}
    for file in files:
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        # yaml raises many types of exception for text that only looks like a date, a number or its own tag
        except Exception as error:
            raise InputError(file, f"is not readable as YAML ({error})", "Give the path of a config file") from None
        if not isinstance(content, dict):
            raise InputError(file, "holds no mapping", "Begin with sections such as `study:`")
        _check_size(file, content)
        config = merge_mappings(config, content)
    return config


def _check_size(file: Path, content: Any) -> None:
    """Refuse aliases that expand to more than `MAX_VALUES` values, as those that contain themselves do."""
    stack, count = [content], 0
    while stack:
        node = stack.pop()
        children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        count += len(children)
        if count > MAX_VALUES:
            raise InputError(file, f"expands to more than {MAX_VALUES} values", "Write out the aliases that it needs")
        stack += children


def merge_mappings(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge a config and an overlay as Snakemake does."""
    return {**base} | {
        key: merge_mappings(as_mapping(base.get(key)), value) if isinstance(value, Mapping) else value
        for key, value in overlay.items()
    }
