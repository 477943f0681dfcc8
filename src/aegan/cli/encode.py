"""`aegan encode`: codes of the user's own data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.cli.trained_run import explain_weight_errors, read_trained_run, refuse_existing
from aegan.data.array_dataset import ArrayDataset
from aegan.data.folder import Folder
from aegan.data.images import check_image_shape
from aegan.data.layout import arrange_images
from aegan.data.npy import Npy
from aegan.data.pixel_range import find_trained_range, scale_to_uint8
from aegan.errors import InputError
from aegan.evaluation.latent_prior import load_autoencoder
from aegan.storage import read_array, write_array
from aegan.tables import write_table

#: options of a folder that decide how its pictures are read
PICTURE_OPTIONS = ("size", "resize", "mode")


class UserData(NamedTuple):
    """Data of the user, in the shape of a data set."""

    array: np.ndarray  #: uint8 images (N, H, W, C) or float32 points (N, D)
    names: list[tuple[str, int]]  #: file of each row, and its index in the file
    remarks: list[str]  #: on how the data were read


def write_codes(run: Path, sources: Sequence[Path], seed: int | None, to: Path) -> list[str]:
    """Encode the user's own data with the autoencoder of a finished run.

    A table beside the codes names the file of each row: row, file, index in the file.

    Args:
        run: results/autoencoder/DATASET/NAME/SEEDS.
        sources: .npy or .npz files, pictures, or folders of them.
        seed: the member that encodes; None for all members.
        to: the .npy file of the codes, float32 (seeds, N, code), in the order of `sources`.

    Returns:
        The lines to print.

    Raises:
        InputError: the run, the seed, the data or the target cannot be used.
    """
    table = to.with_suffix(".csv")
    for target in (to, table):
        refuse_existing(target)
    if to.suffix != ".npy":
        raise InputError(to, "codes are an array", "Give a .npy")
    trained = read_trained_run(run, "autoencoder")
    seeds, data = trained.select_seeds(seed), load_user_data(trained.manifest, sources)
    dataset = ArrayDataset(data.array)
    with explain_weight_errors(run):
        shape = dataset.sample_shape
        networks = (load_autoencoder(trained.config, shape, seed, trained.weights) for seed in seeds)
        codes = np.stack([dataset.map_batches(network.encode) for network in networks])
    files, indices = zip(*data.names, strict=True)
    readable = [name.encode("utf-8", "backslashreplace").decode() for name in files]
    write_table(table, pd.DataFrame({"row": range(len(files)), "file": readable, "index": indices}))
    write_array(to, codes)
    members = ", ".join(map(str, seeds))
    return [*data.remarks, f"wrote {to}: float32 codes {codes.shape} (seeds {members}); {table} names their files"]


def load_user_data(manifest: dict[str, Any], sources: Sequence[Path]) -> UserData:
    """Load the user's own data in the shape of a data set, scaled as its own data were.

    Args:
        manifest: of the data set.
        sources: files and folders.

    Raises:
        InputError: a source cannot be read, or has another shape or another range than the data set.
    """
    shape = tuple(manifest["shape"])
    read = _read_points if len(shape) == 1 else _read_images
    every = [read(manifest, path) for path in sources]
    for path, data in zip(sources, every, strict=True):
        if data.array.shape[1:] != shape:
            found, wanted = (" x ".join(map(str, sizes)) for sizes in (data.array.shape[1:], shape))
            fix = f"This autoencoder takes {wanted} (height, width, channels): resize or convert them"
            raise InputError(path, f"its rows are {found}", fix if len(shape) == 3 else f"It takes {wanted} numbers")
    return UserData(
        np.concatenate([data.array for data in every]),
        [name for data in every for name in data.names],
        [remark for data in every for remark in data.remarks],
    )


def _read_images(manifest: dict[str, Any], path: Path) -> UserData:
    """Read images as uint8 (N, H, W, C): pictures are resized, and arrays arranged, as the data set's were."""
    config = manifest["source"]
    if path.suffix in {".npy", ".npz"}:
        keys = {key: config.get(key) for key in ("image_key", "label_key")} if path.suffix == ".npz" else {}
        values, _, remarks = Npy(path=path, **keys).select_arrays(path)
        raw = _arrange(path, values, manifest)
        names = _number_rows(path, raw)
    else:
        options = {key: config[key] for key in PICTURE_OPTIONS if config["name"] == "folder" and key in config}
        folder = Folder(path=path, **options)
        files = folder.list_files() if path.is_dir() else [path]
        raw, remarks = folder.read_images(files)
        names = [(str(file), 0) for file in files]
    check_image_shape(path, raw)
    bounds = find_trained_range(path, raw, manifest["dtype"], tuple(manifest["range"]))
    return UserData(scale_to_uint8(raw, bounds), names, list(remarks))


def _arrange(path: Path, values: np.ndarray, manifest: dict[str, Any]) -> np.ndarray:
    """Arrange an array as images (N, H, W, C), in the layout of the data set's own array if it was read from one."""
    flat = values.ndim == 2
    fits = manifest["source"]["name"] == "npy" and (flat or len(manifest["layout"]) == values.ndim)
    try:
        layout = manifest["layout"] if fits else None
        return arrange_images(path, values, layout, manifest["shape"] if flat else None)[0]
    except InputError as error:
        raise InputError(path, error.wrong, "Save the images as an array (N, H, W, C)") from error


def _read_points(_manifest: dict[str, Any], path: Path) -> UserData:
    """Read points as float32 (N, D)."""
    try:
        points = read_array(path)
    except InputError as error:
        raise InputError(path, error.wrong, "Save points (N, D) with numpy.save") from error
    if points.ndim != 2 or points.dtype.kind not in "iuf" or not (np.abs(points) <= np.finfo(np.float32).max).all():
        wrong = f"an array {points.shape} of {points.dtype}, or not finite in float32"
        raise InputError(path, wrong, "Give finite points of shape (N, D)")
    return UserData(points.astype(np.float32), _number_rows(path, points), [])


def _number_rows(path: Path, rows: np.ndarray) -> list[tuple[str, int]]:
    return [(str(path), index) for index in range(len(rows))]
