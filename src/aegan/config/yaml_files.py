"""Read and merge config files."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aegan.config.raw_values import as_mapping
from aegan.errors import InputError
from aegan.strict_yaml import read_yaml

#: the config of a project, relative to its folder
CONFIG = Path("config/config.yaml")

#: largest number of values of a config file after its aliases are expanded
MAX_VALUES = 100_000


def merge_config_files(files: Sequence[Path]) -> dict[str, Any]:
    """Merge YAML files as Snakemake merges `--configfile`: mappings are merged, any other value is replaced.

    Raises:
        InputError: a file is missing, is not a YAML mapping, or holds a key twice.
    """
    config: dict[str, Any] = {}
    for file in files:
        if file == CONFIG and not file.is_file():
            raise explain_missing_config()
        content = read_yaml(file)
        if not isinstance(content, dict):
            raise InputError(file, "holds no mapping", "Begin with sections such as `study:`")
        _check_size(file, content)
        config = merge_mappings(config, content)
    return config


def explain_missing_config(project: Path | None = None) -> InputError:
    """Return the error of a command that was called in a folder without the config of a project.

    Args:
        project: folder of the project, if it is known; None to look for it above the working folder.
    """
    here = Path.cwd()
    known = [folder for folder in (project, *here.parents) if folder and (folder / CONFIG).is_file()]
    place = f"in {known[0]}, where it is (`cd {shlex.quote(str(known[0]))}`)" if known else "in the folder of a project"
    fix = f"Call the command {place}; snakemake also takes `--directory FOLDER` or a complete `--configfile FILE`"
    return InputError(CONFIG, f"is not in the working folder {here}", fix)


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
