"""`aegan new-study`: inspect the user's own data, and write a commented study of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, StrictUndefined

from aegan.cli.trained_run import refuse_existing
from aegan.config.raw_values import as_mapping
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.folder import Folder
from aegan.data.npy import Npy
from aegan.data.pictures import GREY_MODES
from aegan.errors import InputError
from aegan.storage import write_atomically

#: range in pixels of the side that pictures are resized to if their sizes differ or exceed it
MIN_SIDE, MAX_SIDE = 8, 64
#: smallest side in pixels that convolutional networks halve at least twice
MIN_CONVOLUTIONAL_SIDE = 16
#: number of pictures of a folder that are decoded to check them; the phase `data` reads all
CHECKED_PICTURES = 32
EPOCHS, BATCH = 20, 64  # of a GAN: 15,600 rounds on 50,000 images
AUTOENCODER_ROUNDS, AUTOENCODER_BATCH = 1000, 256


class DataDescription(NamedTuple):
    """The data at a path."""

    source: dict[str, Any]  #: entry of the config
    images: int  #: number of images
    shape: tuple[int, ...]  #: (H, W, C) of an image
    classes: int  #: number of classes; 0 for data without labels
    remark: str = ""  #: how the images are resized or converted


def write_new_study(data: Path, name: str | None, to: Path | None, config: Path) -> tuple[Path, DataDescription]:
    """Write a study of the data at a path, which passes `aegan check`.

    Args:
        data: a folder of pictures, or a .npy or .npz file of images.
        name: name of the data set and the study; None for that of the path.
        to: the overlay to write; None for studies/{name}.yaml beside the config.
        config: the config that it is an overlay of.

    Returns:
        The overlay, and the description of the data.

    Raises:
        InputError: there are no usable data, the name is taken or invalid, or the overlay exists.
    """
    study_name = _check_name(name or _make_name(data.resolve().stem), merge_config_files([config]))
    target = to or config.parent / "studies" / f"{study_name}.yaml"
    refuse_existing(target)
    found = inspect_data(data)
    with write_atomically(target) as path:
        path.write_text(render_overlay(study_name, found, target), encoding="utf-8")
        load_config(merge_config_files([config, path]))
    return target, found


def describe_new_study(target: Path, found: DataDescription) -> list[str]:
    """Return the lines to print about a new study: the data, how they are used, and how to run it."""
    labels = f"{found.classes} classes" if found.classes else "no labels"
    shape = " x ".join(map(str, found.shape))
    lines = [f"{found.images} images of {shape}, {labels}", *filter(None, [found.remark])]
    return [*lines, f"wrote {target}; run it: snakemake --configfile {target}"]


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
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or yaml.safe_load(name) != name:  # to YAML, `no` is a boolean
        raise InputError(
            "--name", f"{name!r} is not a valid name", "Begin with a letter; continue with letters, digits and _"
        )
    if name in {*as_mapping(config.get("datasets")), as_mapping(config.get("study")).get("name")}:
        wrong = f"there is a data set or a study {name!r} already"
        raise InputError("--name", wrong, "Give another name with --name")
    return name


def render_overlay(name: str, found: DataDescription, target: Path) -> str:
    """Render the overlay, with networks, rounds and epochs that suit the data.

    Args:
        name: name of the data set and the study.
        found: the data.
        target: the overlay's path, which it mentions.
    """
    train = round(found.images * 0.8)
    epochs = min(150, max(50, math.ceil(AUTOENCODER_ROUNDS * AUTOENCODER_BATCH / train)))
    template = files("aegan.cli").joinpath("new_study.yaml.j2").read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return environment.from_string(template).render(
        name=name,
        found=found,
        place=target.as_posix(),
        source=yaml.safe_dump(found.source, default_flow_style=True, sort_keys=False, width=10**6).strip(),
        train=train,
        convolved=min(found.shape[:2]) >= MIN_CONVOLUTIONAL_SIDE,
        epochs=epochs,
        patience=max(5, epochs // 10),
        rounds=min(15_600, max(2000, math.ceil(EPOCHS * train / BATCH))),
        samples=min(10_000, train),
        title=yaml.safe_dump(f"Does an autoencoder cure a GAN's gradients on {name}?", width=10**6).splitlines()[0],
    )
