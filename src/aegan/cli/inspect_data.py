"""Inspect the user's own data for a new study: what they are, and how they are read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aegan.cli.study_size import DataDescription
from aegan.data.broken_pictures import DecodedPicture, describe_broken, make_broken_files_error, refuse_deep
from aegan.data.pictures import GREY_MODES
from aegan.data.sources import SOURCES
from aegan.errors import InputError
from aegan.registry import build
from aegan.strict_yaml import parse_yaml

#: range in pixels of the side that pictures are resized to if their sizes differ or exceed it
MIN_SIDE, MAX_SIDE = 8, 64
#: number of pictures of a folder that are decoded to check them; the phase `data` reads all
CHECKED_PICTURES = 32


def inspect_data(data: Path, options: Mapping[str, Any] | None = None) -> DataDescription:
    """Describe the data at a path.

    Args:
        data: a folder of pictures, or a .npy or .npz file of images.
        options: options of the source, by name.

    Raises:
        InputError: there are no data that a study can use, or an option is wrong.
    """
    is_file = data.suffix in {".npy", ".npz"} and data.is_file()
    if not (data.is_dir() or is_file):
        wrong = "is neither a folder nor a .npy or .npz file" if data.exists() else "is not there"
        fix = "Give a folder of PNG or JPEG files, or save an array of images (N, H, W, C) with numpy.save"
        raise InputError(data, wrong, fix)
    source = {"name": "npy" if is_file else "folder", "path": _relative_path(data), **(options or {})}
    return _inspect_array(data, source) if is_file else _inspect_folder(data, source)


def read_options(texts: Sequence[str]) -> dict[str, Any]:
    """Read options of a source as they stand in YAML: "range: [0, 4095]", "layout: NCHW".

    Raises:
        InputError: one is not a key with a value.
    """
    options: dict[str, Any] = {}
    for text in texts:
        option = parse_yaml(text, "--option")
        if not isinstance(option, dict):
            raise InputError("--option", f"{text!r} is not a key with a value", "Give one such as 'range: [0, 255]'")
        if twice := [*({"name", "path"} & option.keys()), *(options.keys() & option.keys())]:
            raise InputError("--option", f"{twice[0]} is given twice or by the path itself", "Give each key once")
        options |= option
    return options


def _build_source(data: Path, source: Mapping[str, Any]) -> Any:
    """Build a source from its entry of the config.

    Raises:
        InputError: an option is unknown or wrong.
    """
    try:
        return build(SOURCES, {**source, "path": data})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise InputError(f"--option {key}", first["msg"], "config/README.md lists the options of data sets") from None


def _inspect_array(data: Path, source: dict[str, Any]) -> DataDescription:
    """Read an array, and describe how it was read."""
    built = _build_source(data, source)
    loaded = built.load([data, *built.list_files()[1:]])
    count, *shape = loaded.values.shape
    return DataDescription(source, count, tuple(shape), len(loaded.classes), reading=tuple(loaded.describe()[1:]))


def _inspect_folder(data: Path, source: dict[str, Any]) -> DataDescription:
    """Read the headers of all pictures, and decode some of them."""
    whole = _build_source(data, source)
    pictures = whole.list_files()
    labels, split = whole.read_labels(pictures), whole.find_split(pictures)
    sizes, modes = _count_sizes_and_modes(pictures)
    (height, width), _ = sizes.most_common(1)[0]
    remarks = []
    if "size" not in source and (len(sizes) > 1 or max(height, width) > MAX_SIDE):
        side = min(MAX_SIDE, 2 ** int(math.log2(max(MIN_SIDE, min(map(min, sizes))))))
        source["size"] = [side, side]
        found = f"{len(sizes)} sizes" if len(sizes) > 1 else f"{height} x {width} pixels"
        remarks.append(f"The pictures have {found}: they are cropped to squares and resized to {side} x {side}.")
    if "mode" not in source and 0 < modes["grey"] < len(pictures):
        source["mode"] = "rgb"
        remarks.append(f"{modes['grey']} of them are grey: they are converted to colour.")
    checked, warned = _build_source(data, source).read_images(pictures[:: -(-len(pictures) // CHECKED_PICTURES)])
    return DataDescription(
        source,
        len(pictures),
        tuple(checked.shape[1:]),
        len(labels.classes),
        " ".join(remarks),
        reading=("pictures of 8 bits, read in the range [0, 255]", *whole.remark_left_out(split), *warned),
        train_count=split and split.train_count,
    )


def _count_sizes_and_modes(pictures: Sequence[Path]) -> tuple[Counter[tuple[int, int]], Counter[str]]:
    """Count the sizes (height, width) and the modes, grey or colour, of pictures without decoding them.

    Raises:
        InputError: some are broken; all of them are named.
    """
    from PIL import Image

    sizes, modes = Counter[tuple[int, int]](), Counter[str]()
    broken: list[tuple[Path, DecodedPicture]] = []
    for file in pictures:
        # PIL raises many kinds of exception for bytes that are not an image
        try:
            with Image.open(file, formats=("PNG", "JPEG")) as image:
                refuse_deep(file, image)
                turned = image.getexif().get(0x0112, 1) >= 5  # EXIF orientations that swap the sides
                sizes[image.size if turned else image.size[::-1]] += 1
                modes["grey" if image.mode in GREY_MODES else "colour"] += 1
        except Exception as error:
            broken.append((file, describe_broken(error)))
    if broken:
        raise make_broken_files_error(broken)
    return sizes, modes


def _relative_path(data: Path) -> str:
    """Return a path relative to the working folder, in which Snakemake runs; an absolute one if it is outside."""
    folder, path = Path.cwd(), data.resolve()
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
