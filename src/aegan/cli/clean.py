"""`aegan clean`: list or remove results that no study of this folder needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from aegan.config.error_messages import ConfigError
from aegan.config.model import Config
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.pipeline.clean import StudyFiles, find_unused_files, remove_files
from aegan.pipeline.run import CONFIG

STUDIES = Path("config/studies")


def clean_results(overlays: Sequence[Path], *, remove: bool) -> list[str]:
    """List the results that no study and no report needs, and remove them if `remove` is set.

    Args:
        overlays: config files that together define one more study, in order.
        remove: whether the results are removed.

    Returns:
        The lines to print: each result, and their number and size.

    Raises:
        AeganError: a study cannot be read or planned, or a run is active in this folder.
    """
    paths = find_unused_files(list_studies(overlays))
    size = sum(path.stat().st_size for path in paths if path.exists()) / 1e6
    if remove:
        remove_files(paths)
    action = "removed" if remove else "not needed; `aegan clean --remove` removes"
    return [*map(str, paths), f"{action} {len(paths)} files, {size:.1f} MB"]


def list_studies(overlays: Sequence[Path]) -> list[StudyFiles]:
    """List the studies of this folder: the default one, those of config/studies, and that of the overlays.

    Raises:
        ConfigError: a study cannot be read.
    """
    studies = [_read_study([]), *_read_study_folder()]
    return [*studies, _read_study(overlays)] if overlays else studies


def _read_study_folder() -> Iterator[StudyFiles]:
    """Read the studies of config/studies; an overlay that is not valid by itself is merged into every other overlay.

    Raises:
        ConfigError: an overlay is not valid in any combination.
    """
    paths = sorted(STUDIES.glob("*.yaml"))
    studies = {path: _try_to_read([path]) for path in paths}
    for path in [path for path, found in studies.items() if not found]:
        studies[path] = [study for base in paths if base != path for study in _try_to_read([base, path])]
        if not studies[path]:
            _read_study([path])  # raises the error of the overlay alone
    for found in studies.values():
        yield from found


def _try_to_read(overlays: Sequence[Path]) -> list[StudyFiles]:
    try:
        return [_read_study(overlays)]
    except ConfigError:
        return []


def _read_study(overlays: Sequence[Path]) -> StudyFiles:
    config: Config = load_config(merge_config_files([CONFIG, *overlays]))
    study = config.study
    return StudyFiles(study.name, list(overlays), frozenset({study.name, *study.datasets, *study.reproductions}))
