"""`aegan new-study`: inspect the user's own data, and write a commented study of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from aegan.cli.inspect_data import inspect_data
from aegan.cli.study_plan import Plan, plan_study
from aegan.cli.study_size import DataDescription, StudySize, choose_default_size, render_overlay
from aegan.cli.study_timing import StudyTimes, time_study
from aegan.cli.trained_run import refuse_existing
from aegan.config.model import Config
from aegan.config.raw_values import as_mapping
from aegan.config.validation import load_config, refuse_unsuitable_data
from aegan.config.yaml_files import merge_config_files, merge_mappings
from aegan.data.raw_dataset import DataOutline
from aegan.errors import InputError
from aegan.storage import write_atomically
from aegan.strict_yaml import parse_yaml


class NewStudy(NamedTuple):
    """A study that was written."""

    target: Path  #: its overlay
    found: DataDescription
    plan: Plan


def write_new_study(
    data: Path,
    name: str | None,
    to: Path | None,
    config: Path,
    minutes: float | None = None,
    options: Mapping[str, Any] | None = None,
    time_parts: Callable[[Config, DataDescription], StudyTimes] = time_study,
) -> NewStudy:
    """Write a study of the data at a path, which passes `aegan check`.

    Args:
        data: a folder of pictures, or a .npy or .npz file of images.
        name: name of the data set and the study; None for that of the path.
        to: the overlay to write; None for studies/{name}.yaml beside the config.
        config: the config that it is an overlay of.
        minutes: time that the study may take on this machine; None for the size that suits the data.
        options: options of the source that say how the data are read, such as range and layout.
        time_parts: config and data -> what the parts of the study take on this machine.

    Raises:
        InputError: there are no usable data, the name is taken or invalid, the overlay exists, or no study is as short.
    """
    base = merge_config_files([config])
    study_name = _check_name(name or _make_name(data.resolve().stem), base)
    target = to or config.parent / "studies" / f"{study_name}.yaml"
    refuse_existing(target)
    found = inspect_data(data, options or {})

    def render(size: StudySize) -> str:
        return render_overlay(study_name, found, target, size)

    def configure(size: StudySize) -> Config:
        return load_config(merge_mappings(base, parse_yaml(render(size), target)))

    *sides, channels = found.shape
    outline = DataOutline((channels, *sides), found.classes > 0, found.images, found.train_count)
    refuse_unsuitable_data(configure(choose_default_size(found)), {study_name: outline})
    plan = plan_study(found, configure, minutes, time_parts)
    with write_atomically(target) as path:
        path.write_text(render(plan.size), encoding="utf-8")
    return NewStudy(target, found, plan)


def describe_new_study(study: NewStudy) -> list[str]:
    """Return the lines to print about a new study: the data, how they are used, its cost, and how to run it."""
    found = study.found
    labels = f"{found.classes} classes" if found.classes else "no labels"
    shape = " x ".join(map(str, found.shape))
    lines = [f"{found.images} images of {shape}, {labels}", *found.reading, *filter(None, [found.remark])]
    return [
        *lines,
        *study.plan.describe(),
        f"wrote {study.target}; run it: snakemake --configfile {quote(str(study.target))}",
    ]


def _make_name(stem: str) -> str:
    """Turn the name of a file into one that the config allows."""
    name = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_")
    return name if name[:1].isalpha() else f"data_{name}".rstrip("_")


def _check_name(name: str, config: dict[str, Any]) -> str:
    """Return a name that is valid and not taken.

    Raises:
        InputError: the name is invalid or taken.
    """
    if (
        not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or parse_yaml(name, "--name") != name
    ):  # to YAML, `no` is a boolean
        raise InputError(
            "--name", f"{name!r} is not a valid name", "Begin with a letter; continue with letters, digits and _"
        )
    if name in {*as_mapping(config.get("datasets")), as_mapping(config.get("study")).get("name")}:
        wrong = f"there is a data set or a study {name!r} already"
        raise InputError("--name", wrong, "Give another name with --name")
    return name
