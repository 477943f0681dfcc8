"""`aegan encode`: codes of the user's own data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aegan.cli.trained_run import explain_weight_errors, read_trained_run, refuse_existing
from aegan.data.array_dataset import ArrayDataset
from aegan.data.folder import Folder
from aegan.data.images import scale_to_pixels
from aegan.data.npy import Npy
from aegan.errors import InputError
from aegan.evaluation.latent_prior import load_autoencoder
from aegan.storage import read_array, write_array


def write_codes(run: Path, sources: Sequence[Path], seed: int | None, to: Path) -> list[str]:
    """Encode the user's own data with the autoencoder of a finished run.

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
    refuse_existing(to)
    if to.suffix != ".npy":
        raise InputError(to, "codes are an array", "Give a .npy")
    trained = read_trained_run(run, "autoencoder")
    seeds, dataset = trained.select_seeds(seed), load_user_data(trained.manifest, sources)
    with explain_weight_errors(run):
        shape = dataset.sample_shape
        networks = (load_autoencoder(trained.config, shape, seed, trained.weights) for seed in seeds)
        codes = np.stack([dataset.map_batches(network.encode) for network in networks])
    write_array(to, codes)
    return [f"wrote {to}: float32 codes {codes.shape} (seeds {', '.join(map(str, seeds))})"]


def load_user_data(manifest: dict[str, Any], sources: Sequence[Path]) -> ArrayDataset:
    """Load the user's own data in the shape of a data set.

    Args:
        manifest: of the data set. Pictures are resized as its own pictures were.
        sources: files and folders.

    Raises:
        InputError: a source cannot be read, or has another shape than the data set.
    """
    shape = tuple(manifest["shape"])
    read = _read_points if len(shape) == 1 else _read_images
    arrays = []
    for path, array in read(manifest, sources):
        if array.shape[1:] != shape:
            found, wanted = (" x ".join(map(str, sizes)) for sizes in (array.shape[1:], shape))
            fix = f"This autoencoder takes {wanted} (height, width, channels): resize them"
            raise InputError(path, f"its rows are {found}", fix if len(shape) == 3 else f"It takes {wanted} numbers")
        arrays.append(array)
    return ArrayDataset(np.concatenate(arrays))


def _read_images(manifest: dict[str, Any], sources: Sequence[Path]) -> Iterator[tuple[Path, np.ndarray]]:
    """Yield each source with its images, uint8 (N, H, W, C)."""
    config = manifest["source"]
    options = {key: config[key] for key in ("size", "resize", "mode") if config["name"] == "folder" and key in config}
    for path in sources:
        if path.suffix in {".npy", ".npz"}:
            raw = Npy(path=path).read_images(path, tuple(manifest["shape"]))[0]
        else:
            folder = Folder(path=path, **options)
            raw = folder.read_images(folder.list_files() if path.is_dir() else [path])
        yield path, scale_to_pixels(path, raw)[0]


def _read_points(_manifest: dict[str, Any], sources: Sequence[Path]) -> Iterator[tuple[Path, np.ndarray]]:
    """Yield each source with its points, float32 (N, D)."""
    for path in sources:
        try:
            points = read_array(path)
        except InputError as error:
            raise InputError(path, error.wrong, "Save points (N, D) with numpy.save") from error
        if points.ndim != 2 or points.dtype.kind not in "iuf" or not np.isfinite(points).all():
            wrong = f"an array {points.shape} of {points.dtype}, or not finite"
            raise InputError(path, wrong, "Give finite points of shape (N, D)")
        yield path, points.astype(np.float32)
