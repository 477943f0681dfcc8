"""Find the user's own files that a config names and that cannot be read where it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aegan.data.sources import SOURCES, Source
from aegan.errors import InputError
from aegan.registry import build, options

if TYPE_CHECKING:
    from aegan.config.model import Config
    from aegan.config.resolved import ResolvedConfig

MOVE_OR_CORRECT = "Put the data there (`dvc pull`, if DVC has them), or correct the path"


def list_used_datasets(config: Config | ResolvedConfig) -> list[str]:
    """List the data sets that the study and its reproductions use, each once."""
    reproduced = (config.reproductions[name].dataset for name in config.study.reproductions)
    return list(dict.fromkeys([*config.study.datasets, *(name for name in reproduced if name)]))


def build_source(config: Config | ResolvedConfig, dataset: str) -> Source:
    """Build the source of a data set."""
    return build(SOURCES, config.resolve_params("datasets", dataset)["source"])


def list_raw_files(config: Config | ResolvedConfig, dataset: str) -> list[Path]:
    """List the user's files that a data set is read from; files that are not there are not an error here."""
    return build_source(config, dataset).list_files()


def find_missing_files(
    config: Config | ResolvedConfig, raw_files: Mapping[str, Sequence[Path]]
) -> Iterator[InputError]:
    """Yield an error for each file or folder of the user that a config names and that cannot be read there.

    Args:
        config: the config.
        raw_files: data set -> its raw files, for the data sets to check.
    """
    for name, files in raw_files.items():
        yield from _find_missing_data(config, name, files)
    if weights := config.evaluation.inception:
        key = "evaluation.inception"
        if wildcard := re.search(r"{\s*\w[^{}]*}", weights):
            wrong = f"in the path {weights} Snakemake takes {wildcard[0]} for a wildcard"
            yield InputError(key, wrong, "Rename the file or folder, or link to it under another name")
        elif raw_files and not Path(weights).is_file():
            yield _not_there(key, Path(weights))


def _find_missing_data(config: Config | ResolvedConfig, dataset: str, files: Sequence[Path]) -> Iterator[InputError]:
    """Yield an error for each path in a data set's source that is not there, or holds no data.

    Args:
        config: the config.
        dataset: name of the data set.
        files: its raw files.
    """
    selected = options(SOURCES, config.resolve_params("datasets", dataset)["source"])
    for option, path in selected.items():
        key = f"datasets.{dataset}.source.{option}"
        if not isinstance(path, Path):
            continue
        if not path.exists():
            yield _not_there(key, path)
        elif path.is_dir() and path in files:
            yield InputError(key, f"{path} is a folder, not a file", "Give the path of a file")
        elif not files:
            wrong = f"the folder {path} holds no files" if path.is_dir() else f"{path} is not a folder"
            yield InputError(key, wrong, MOVE_OR_CORRECT)


def _not_there(key: str, path: Path) -> InputError:
    return InputError(key, f"{path} is not there (the working folder is {Path.cwd()})", MOVE_OR_CORRECT)
