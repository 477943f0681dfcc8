"""`aegan check`: list what a config would run, and precisions that this machine does not support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aegan.config.error_messages import ConfigError
from aegan.config.raw_data import build_source, find_missing_files, list_raw_files, list_used_datasets
from aegan.config.recall import recall
from aegan.config.resolved import ResolvedConfig, resolve_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.raw_dataset import DataOutline
from aegan.pipeline import gpu_lease
from aegan.storage import read_json
from aegan.tables import FLOAT32

if TYPE_CHECKING:
    from aegan.config.model import Config


def describe_study(configs: Sequence[Path]) -> list[str]:
    """Describe the study that merged config files define.

    Returns:
        A line for the datasets, the methods, the autoencoders and the seeds, one for each data set with methods of its
        own, one for each method without its baseline on a data set, one for each data set that is too small for some
        metrics, and one for each method whose precision this machine does not support.

    Raises:
        ConfigError: the config is wrong, or data that it names are not there or lack what the study needs.
        InputError: the data that can be seen are unusable.
    """
    raw = merge_config_files(configs)
    config = resolve_config(raw)
    raw_files = {name: list_raw_files(config, name) for name in list_used_datasets(config)}
    if missing := [str(error) for error in find_missing_files(config, raw_files)]:
        raise ConfigError(missing)
    outlines = {dataset: inspect_dataset(config, dataset, files) for dataset, files in raw_files.items()}
    left_out = recall(lambda: _find_left_out(raw, outlines), "left out", raw, outlines)
    own = [name for name in config.study.datasets if name in (config.study.only or {})]
    entries = {
        "data sets": config.study.datasets,
        "methods": config.study.methods,
        **{f"methods on {name}": config.runs[name] for name in own},
        "autoencoders": _list_autoencoders(config),
        "seeds": config.seed_blocks,
    }
    alone = [
        f"on {dataset} {method} is not compared with {baseline}, which does not run there"
        for dataset in config.study.datasets
        for method, baselines in config.baselines.items()
        for baseline in baselines
        if method in config.runs[dataset] and baseline not in config.runs[dataset]
    ]
    device = "cuda" if gpu_lease.is_gpu_visible() else "cpu"
    lines = [f"{kind}: {', '.join(names) or 'none'}" for kind, names in entries.items()]
    return [*lines, *alone, *left_out, *_find_unsupported_precisions(config, device)]


def _find_left_out(raw: Mapping[str, Any], outlines: Mapping[str, DataOutline]) -> list[str]:
    """List the metrics that are left out for want of data, which are refused if they are unsuitable."""
    from aegan.config.requirements import find_left_out
    from aegan.config.validation import load_config, refuse_unsuitable_data

    config = load_config(raw)
    refuse_unsuitable_data(config, outlines)
    return [each for dataset, seen in outlines.items() for each in find_left_out(config, dataset, seen)]


def _list_autoencoders(config: ResolvedConfig) -> list[str]:
    """List the autoencoders that the study uses on any data set, each once."""
    return list(dict.fromkeys(name for dataset in config.study.datasets for name in config.used_autoencoders[dataset]))


def _find_unsupported_precisions(config: ResolvedConfig, device: str) -> Iterator[str]:
    """Yield a message for each precision that the study uses and the device, cpu or cuda, does not support."""
    used = {"methods": config.study.methods, "autoencoders": _list_autoencoders(config)}
    for section, name in ((section, name) for section, names in used.items() for name in names):
        precision = config.resolve_params(section, name)["precision"]
        if precision != FLOAT32:
            from aegan.training.precision import missing_support  # torch knows what the device can do

            if lacking := missing_support(precision, device):
                yield f"{section}.{name}.precision: {lacking}"


def inspect_dataset(config: Config | ResolvedConfig, dataset: str, files: Sequence[Path]) -> DataOutline:
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
