"""`aegan check`: list what a config would run, and precisions that this machine does not support."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aegan.config.raw_data import find_missing_files, list_raw_files, list_used_datasets
from aegan.config.validation import ConfigError, find_unsupported_precisions, load_config
from aegan.config.yaml_files import merge_config_files
from aegan.pipeline import gpu_lease


def describe_study(configs: Sequence[Path]) -> list[str]:
    """Describe the study that merged config files define.

    Returns:
        A line for the datasets, the methods, the autoencoders and the seeds, and one for each method whose precision
        this machine does not support.

    Raises:
        ConfigError: the config is wrong, or data that it names are not there.
    """
    config = load_config(merge_config_files(configs))
    raw_files = {name: list_raw_files(config, name) for name in list_used_datasets(config)}
    if missing := [str(error) for error in find_missing_files(config, raw_files)]:
        raise ConfigError(missing)
    entries = {
        "data sets": config.study.datasets,
        "methods": config.study.methods,
        "autoencoders": config.list_used_autoencoders(),
        "seeds": config.list_seed_blocks(),
    }
    device = "cuda" if gpu_lease.list_visible_gpus() else "cpu"
    lines = [f"{kind}: {', '.join(names) or 'none'}" for kind, names in entries.items()]
    return [*lines, *find_unsupported_precisions(config, device)]
