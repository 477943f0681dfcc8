"""`aegan check`: list what a config would run, and precisions that this machine does not support."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aegan.config.model import Config
from aegan.config.raw_data import build_source, find_missing_files, list_raw_files, list_used_datasets
from aegan.config.requirements import find_left_out
from aegan.config.validation import ConfigError, find_unsupported_precisions, load_config, refuse_unsuitable_data
from aegan.config.yaml_files import merge_config_files
from aegan.data.raw_dataset import DataOutline
from aegan.pipeline import gpu_lease
from aegan.storage import read_json


def describe_study(configs: Sequence[Path]) -> list[str]:
    """Describe the study that merged config files define.

    Returns:
        A line for the datasets, the methods, the autoencoders and the seeds, one for each data set that is too small
        for some metrics, and one for each method whose precision this machine does not support.

    Raises:
        ConfigError: the config is wrong, or data that it names are not there or lack what the study needs.
        InputError: the data that can be seen are unusable.
    """
    config = load_config(merge_config_files(configs))
    raw_files = {name: list_raw_files(config, name) for name in list_used_datasets(config)}
    if missing := [str(error) for error in find_missing_files(config, raw_files)]:
        raise ConfigError(missing)
    outlines = {dataset: inspect_dataset(config, dataset, files) for dataset, files in raw_files.items()}
    refuse_unsuitable_data(config, outlines)
    left_out = (each for dataset, seen in outlines.items() for each in find_left_out(config, dataset, seen))
    entries = {
        "data sets": config.study.datasets,
        "methods": config.study.methods,
        "autoencoders": config.list_used_autoencoders(),
        "seeds": config.list_seed_blocks(),
    }
    device = "cuda" if gpu_lease.list_visible_gpus() else "cpu"
    lines = [f"{kind}: {', '.join(names) or 'none'}" for kind, names in entries.items()]
    return [*lines, *left_out, *find_unsupported_precisions(config, device)]


def inspect_dataset(config: Config, dataset: str, files: Sequence[Path]) -> DataOutline:
    """Return what can be seen of a data set: in its files, or else in the manifest of data that were prepared.

    Args:
        config: the config.
        dataset: an entry of `datasets`.
        files: its raw files.

    Raises:
        InputError: the files are unusable.
    """
    outline, manifest = build_source(config, dataset).outline(files), Path("results/data") / dataset / "manifest.json"
    if outline.rows is None and manifest.is_file():
        record = read_json(manifest)
        if record["source"] == config.resolve_params("datasets", dataset)["source"]:
            *sides, channels = record["shape"]
            rows = sum(shard["rows"] for shard in record["shards"].values())
            return DataOutline((channels, *sides), bool(record["classes"]), rows)
    return outline
