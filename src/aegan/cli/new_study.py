"""`aegan new-study`: inspect the user's own data, and write a commented study of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from aegan.cli.study_plan import Plan, plan_study
from aegan.cli.study_size import DataDescription, StudySize, render_overlay
from aegan.cli.study_timing import StudyTimes, time_study
from aegan.cli.trained_run import refuse_existing
from aegan.config.model import Config
from aegan.config.raw_values import as_mapping
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files, merge_mappings
from aegan.data.folder import Folder
from aegan.data.npy import Npy
from aegan.data.pictures import GREY_MODES
from aegan.errors import InputError
from aegan.storage import write_atomically
from aegan.strict_yaml import parse_yaml

#: range in pixels of the side that pictures are resized to if their sizes differ or exceed it
MIN_SIDE, MAX_SIDE = 8, 64
#: number of pictures of a folder that are decoded to check them; the phase `data` reads all
CHECKED_PICTURES = 32


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
    time_parts: Callable[[Config, DataDescription], StudyTimes] = time_study,
) -> NewStudy:
    """Write a study of the data at a path, which passes `aegan check`.

    Args:
        data: a folder of pictures, or a .npy or .npz file of images.
        name: name of the data set and the study; None for that of the path.
        to: the overlay to write; None for studies/{name}.yaml beside the config.
        config: the config that it is an overlay of.
        minutes: time that the study may take on this machine; None for the size that suits the data.
        time_parts: config and data -> what the parts of the study take on this machine.

    Raises:
        InputError: there are no usable data, the name is taken or invalid, the overlay exists, or no study is as short.
    """
    base = merge_config_files([config])
    study_name = _check_name(name or _make_name(data.resolve().stem), base)
    target = to or config.parent / "studies" / f"{study_name}.yaml"
    refuse_existing(target)
    found = inspect_data(data)

    def render(size: StudySize) -> str:
        return render_overlay(study_name, found, target, size)

    plan = plan_study(
        found, lambda size: load_config(merge_mappings(base, yaml.safe_load(render(size)))), minutes, time_parts
    )
    with write_atomically(target) as path:
        path.write_text(render(plan.size), encoding="utf-8")
    return NewStudy(target, found, plan)


def describe_new_study(study: NewStudy) -> list[str]:
    """Return the lines to print about a new study: the data, how they are used, its cost, and how to run it."""
    found = study.found
    labels = f"{found.classes} classes" if found.classes else "no labels"
    shape = " x ".join(map(str, found.shape))
    lines = [f"{found.images} images of {shape}, {labels}", *filter(None, [found.remark]), *study.plan.describe()]
    return [*lines, f"wrote {study.target}; run it: snakemake --configfile {study.target}"]


def inspect_data(data: Path) -> DataDescription:
    """Describe the data at a path.

    Raises:
        InputError: there are no data that a study can use.
    """
    if data.is_dir():
        return _inspect_folder(data)
    if data.suffix in {".npy", ".npz"} and data.is_file():
        loaded = Npy(path=data).load([data])
        return DataDescription(
            {"name": "npy", "path": _relative_path(data)}, *_count_and_shape(loaded.values), len(loaded.classes)
        )
    wrong = "is neither a folder nor a .npy or .npz file" if data.exists() else "is not there"
    fix = "Give a folder of PNG or JPEG files, or save an array of images (N, H, W, C) with numpy.save"
    raise InputError(data, wrong, fix)


def _count_and_shape(values: Any) -> tuple[int, tuple[int, ...]]:
    return len(values), tuple(values.shape[1:])


def _inspect_folder(data: Path) -> DataDescription:
    """Read the headers of all pictures, and decode some of them."""
    source: dict[str, Any] = {"name": "folder", "path": _relative_path(data)}
    pictures = Folder(path=data).list_files()
    labels = Folder(path=data).read_labels(pictures)
    sizes, modes = _count_sizes_and_modes(pictures)
    (height, width), _ = sizes.most_common(1)[0]
    remarks = []
    if len(sizes) > 1 or max(height, width) > MAX_SIDE:
        side = min(MAX_SIDE, 2 ** int(math.log2(max(MIN_SIDE, min(map(min, sizes))))))
        source["size"] = [side, side]
        found = f"{len(sizes)} sizes" if len(sizes) > 1 else f"{height} x {width} pixels"
        remarks.append(f"The pictures have {found}: they are cropped to squares and resized to {side} x {side}.")
    if 0 < modes["grey"] < len(pictures):
        source["mode"] = "rgb"
        remarks.append(f"{modes['grey']} of them are grey: they are converted to colour.")
    options = {key: value for key, value in source.items() if key not in {"name", "path"}}
    checked, _ = Folder(path=data, **options).read_images(pictures[:: -(-len(pictures) // CHECKED_PICTURES)])
    return DataDescription(source, len(pictures), tuple(checked.shape[1:]), len(labels.classes), " ".join(remarks))


def _count_sizes_and_modes(pictures: Sequence[Path]) -> tuple[Counter[tuple[int, int]], Counter[str]]:
    """Count the sizes (height, width) and the modes, grey or colour, of pictures without decoding them."""
    from PIL import Image

    sizes, modes = Counter[tuple[int, int]](), Counter[str]()
    for file in pictures:
        # PIL raises many kinds of exception for bytes that are not an image
        try:
            with Image.open(file, formats=("PNG", "JPEG")) as image:
                turned = image.getexif().get(0x0112, 1) >= 5  # EXIF orientations that swap the sides
                sizes[image.size if turned else image.size[::-1]] += 1
                modes["grey" if image.mode in GREY_MODES else "colour"] += 1
        except Exception as error:
            wrong = f"cannot be read as PNG or JPEG ({error})"
            raise InputError(file, wrong, "Convert it, or move it out of the folder") from error
    return sizes, modes


def _relative_path(data: Path) -> str:
    """Return a path relative to the working folder, in which Snakemake runs; an absolute one if it is outside."""
    folder, path = Path.cwd(), data.resolve()
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


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
