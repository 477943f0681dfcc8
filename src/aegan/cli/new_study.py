"""A study of the user's own data, written down: what lies at a path, and a commented overlay that fits it."""

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

from aegan.cli.trained_run import absent
from aegan.config.compatibility import mapping
from aegan.config.validation import load, merged
from aegan.data.folder import GREY_MODES, Folder
from aegan.data.npy import Npy
from aegan.errors import InputError
from aegan.storage import replacing

#: sides in pixels that a folder's pictures are brought to where they differ or are larger: at least, at most
SMALLEST, LARGEST = 8, 64
#: sides from which a convolution has two halvings or more to do
CONVOLVED = 16
#: pictures of a folder that are read as a trial; the phase `data` reads all
TRIED = 32
EPOCHS, BATCH = 20, 64  # of a GAN: 15,600 rounds on 50,000 images
AUTOENCODER_ROUNDS, AUTOENCODER_BATCH = 1000, 256


class Found(NamedTuple):
    """What lies at a path."""

    source: dict[str, Any]  #: as the config names it
    images: int
    shape: tuple[int, ...]  #: (H, W, C) of an image
    classes: int  #: 0 of data without labels
    remark: str = ""  #: what was decided about them


def new_study(data: Path, name: str | None, to: Path | None, config: Path) -> tuple[Path, Found]:
    """Write a study of the data at a path, which `aegan check` accepts.

    Args:
        data: a folder of pictures, or a .npy or .npz file of images.
        name: of the data set and of the study; None, that of the path.
        to: the overlay; None, studies/{name}.yaml beside the config.
        config: what it is laid over.

    Returns:
        Where it was written, and what was found.

    Raises:
        InputError: there are no usable data, the name is taken or is none, or the overlay exists.
    """
    called = _named(name or _as_name(data.resolve().stem), merged([config]))
    target = to or config.parent / "studies" / f"{called}.yaml"
    absent(target)
    found = look(data)
    with replacing(target) as path:
        path.write_text(overlay(called, found, target), encoding="utf-8")
        load(merged([config, path]))
    return target, found


def look(data: Path) -> Found:
    """Find out what lies at a path.

    Raises:
        InputError: nothing that a study can use.
    """
    if data.is_dir():
        return _look_at_folder(data)
    if data.suffix in {".npy", ".npz"} and data.is_file():
        loaded = Npy(path=data).load([data])
        return Found({"name": "npy", "path": _from_here(data)}, *_measured(loaded.values), len(loaded.classes))
    wrong = "is neither a folder nor a .npy or .npz file" if data.exists() else "is not there"
    mend = "Give a folder of PNG or JPEG files, or save an array of images (N, H, W, C) with numpy.save"
    raise InputError(data, wrong, mend)


def _measured(values: Any) -> tuple[int, tuple[int, ...]]:
    return len(values), tuple(values.shape[1:])


def _look_at_folder(data: Path) -> Found:
    """Read the heads of all pictures, and some pictures whole."""
    source: dict[str, Any] = {"name": "folder", "path": _from_here(data)}
    pictures = Folder(path=data).files()
    labels = Folder(path=data).labels(pictures)
    sizes, modes = _heads(pictures)
    (height, width), _ = sizes.most_common(1)[0]
    remarks = []
    if len(sizes) > 1 or max(height, width) > LARGEST:
        side = min(LARGEST, 2 ** int(math.log2(max(SMALLEST, min(map(min, sizes))))))
        source["size"] = [side, side]
        found = f"{len(sizes)} sizes" if len(sizes) > 1 else f"{height} x {width} pixels"
        remarks.append(f"The pictures have {found}: they are cut to squares and brought to {side} x {side}.")
    if 0 < modes["grey"] < len(pictures):
        source["mode"] = "rgb"
        remarks.append(f"{modes['grey']} of them are grey: they become colour ones.")
    options = {key: value for key, value in source.items() if key not in {"name", "path"}}
    tried = Folder(path=data, **options).read(pictures[:: -(-len(pictures) // TRIED)])
    return Found(source, len(pictures), tuple(tried.shape[1:]), len(labels.classes), " ".join(remarks))


def _heads(pictures: Sequence[Path]) -> tuple[Counter[tuple[int, int]], Counter[str]]:
    """Count the sizes (height, width) and the kinds, grey or colour, of pictures without decoding them."""
    from PIL import Image

    sizes, modes = Counter[tuple[int, int]](), Counter[str]()
    for file in pictures:
        # PIL raises many kinds of exception on bytes that are no image.
        try:
            with Image.open(file, formats=("PNG", "JPEG")) as image:
                turned = image.getexif().get(0x0112, 1) >= 5  # EXIF orientations that swap the sides
                sizes[image.size if turned else image.size[::-1]] += 1
                modes["grey" if image.mode in GREY_MODES else "colour"] += 1
        except Exception as error:
            wrong = f"cannot be read as PNG or JPEG ({error})"
            raise InputError(file, wrong, "Convert it, or move it out of the folder") from error
    return sizes, modes


def _from_here(data: Path) -> str:
    """Write a path as Snakemake, which runs in this folder, finds it."""
    here, place = Path.cwd(), data.resolve()
    return (place.relative_to(here) if place.is_relative_to(here) else place).as_posix()


def _as_name(stem: str) -> str:
    """Make a name that the config allows out of a file's."""
    name = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_")
    return name if name[:1].isalpha() else f"data_{name}".rstrip("_")


def _named(name: str, config: dict[str, Any]) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or yaml.safe_load(name) != name:  # to YAML, `no` is a boolean
        raise InputError("--name", f"{name!r} is no name", "Begin with a letter; go on with letters, digits and _")
    if name in {*mapping(config.get("datasets")), mapping(config.get("study")).get("name")}:
        wrong = f"there is a data set or a study {name!r} already"
        raise InputError("--name", wrong, "Give another name with --name")
    return name


def overlay(name: str, found: Found, target: Path) -> str:
    """Write the overlay: networks, rounds and epochs that suit the data."""
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
        convolved=min(found.shape[:2]) >= CONVOLVED,
        epochs=epochs,
        patience=max(5, epochs // 10),
        rounds=min(15_600, max(2000, math.ceil(EPOCHS * train / BATCH))),
        samples=min(10_000, train),
        title=yaml.safe_dump(f"Does an autoencoder cure a GAN's gradients on {name}?", width=10**6).splitlines()[0],
    )
