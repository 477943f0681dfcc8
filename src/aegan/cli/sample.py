"""New images or points from a finished run, and codes of the user's own images."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aegan.cli.trained_run import Described, Finished, absent, existing, fitting, read_finished
from aegan.data.array_dataset import ArrayDataset
from aegan.data.folder import Folder
from aegan.data.images import to_pixels
from aegan.data.npy import Npy
from aegan.errors import InputError
from aegan.evaluation.latent_prior import load_autoencoder, trained_by_seed
from aegan.games.game import Game
from aegan.games.roles import needs_autoencoder
from aegan.storage import read_array, read_json, write_array, write_bytes
from aegan.training.sampling import generated
from aegan.training.trained_games import load_games

#: pixels that the longer side of a picture has in a grid, at least
LEGIBLE = 64


def sample(run: Path, count: int, seed: int | None, draw: int, to: Path) -> list[str]:
    """Generate with the networks of a finished run, and write what comes.

    Args:
        run: results/gan/DATASET/METHOD/SEEDS.
        count: images or points of each member.
        seed: the member that generates; None, all do.
        draw: another number gives others; each is new: neither samples.npy nor another draw has it.
        to: .png (a grid, one band per member; of points, clouds), .npy (as samples.npy) or a folder of .png files.

    Returns:
        What to tell the user.

    Raises:
        InputError: the run, the seed or the target cannot be used.
    """
    absent(to)
    done = read_finished(run, "gan")
    seeds = done.chosen(seed)
    with fitting(run):
        made = generated(games_of(done, seeds), count, "cpu", "draw", draw)
    _write(made, seeds, done, to)
    broken = [member["seed"] for member in done.members if member["divergence"] and member["seed"] in seeds]
    said = [f"wrote {to}: {count} per seed (seeds {', '.join(map(str, seeds))})"]
    return said + [f"seed {seed} diverged in training: what it makes may be black or not finite" for seed in broken]


def games_of(done: Finished, seeds: Sequence[int]) -> dict[int, Game]:
    """Make the trained games of a GAN's run, with its autoencoder if it was played with one: seed -> game."""
    rows, chosen, weights, sampler = Described(done.manifest), {}, None, None
    if needs_autoencoder(done.config["role"]["name"]):
        name = done.config["autoencoder"]
        chosen = read_json(done.beside("autoencoder", name, "run.json"))["config"]
        weights = done.beside("autoencoder", name, "weights.safetensors")
        sampler = done.beside("latents", name, "sampler.safetensors")
    return load_games(done.config, rows, seeds, done.weights, trained_by_seed(chosen, rows, weights, sampler))


def _write(made: np.ndarray, seeds: Sequence[int], done: Finished, to: Path) -> None:
    """Write (seeds, count, …) as the target's suffix says."""
    if to.suffix not in {".png", ".npy", ""}:
        raise InputError(to, f"{to.suffix} is not written here", "Give a .png, a .npy, or a folder")
    if to.suffix == ".npy":
        write_array(to, made)
    elif made.ndim == 3 and to.suffix:
        write_bytes(to, _clouds(made, done))
    elif made.ndim == 3 or made.shape[-1] not in {1, 3}:
        wrong = f"what the run makes has the shape {made.shape[2:]} and is no grey or colour picture"
        raise InputError(to, wrong, "Give a .npy" if made.ndim == 5 else "Give a .png or a .npy")
    elif to.suffix:
        write_bytes(to, _png(_grid(made)))
    else:
        grey = made.shape[-1] == 1
        for of_seed, images in zip(seeds, made, strict=True):
            for number, image in enumerate(images):
                write_bytes(to / f"seed-{of_seed}-{number:05d}.png", _png(image[..., 0] if grey else image))


def _grid(made: np.ndarray) -> np.ndarray:
    """Tile images (seeds, count, H, W, C), a near-square band per seed; small ones are enlarged without smoothing."""
    from aegan.figures.images import mosaic  # here, for matplotlib takes a second

    S, count, H, W, C = made.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    padded = np.full((S, rows * columns, H, W, C), 255, np.uint8)
    padded[:, :count] = made
    scale = max(1, LEGIBLE // max(H, W))
    return mosaic(padded.reshape(S * rows, columns, H, W, C)).repeat(scale, axis=0).repeat(scale, axis=1)


def _png(pixels: np.ndarray) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _clouds(made: np.ndarray, done: Finished) -> bytes:
    """Draw points (seeds, count, D) above real ones."""
    from aegan.figures.images import sample_grid
    from aegan.figures.style import to_png

    real = read_array(existing(done.root / "data" / done.dataset / "test.npy"))
    drawn = sample_grid({(done.dataset, done.name): made}, {done.dataset: real}, [done.dataset], [done.name])
    return to_png(drawn)


def encode(run: Path, sources: Sequence[Path], seed: int | None, to: Path) -> list[str]:
    """Encode the user's own data with the autoencoder of a finished run.

    Args:
        run: results/autoencoder/DATASET/NAME/SEEDS.
        sources: .npy or .npz files, pictures, or folders of them.
        seed: the member that encodes; None, all do.
        to: .npy for the codes, float32 (seeds, N, code), in the order of `sources`.

    Returns:
        What to tell the user.

    Raises:
        InputError: the run, the seed, the data or the target cannot be used.
    """
    absent(to)
    if to.suffix != ".npy":
        raise InputError(to, "codes are an array", "Give a .npy")
    done = read_finished(run, "autoencoder")
    seeds, rows = done.chosen(seed), own_rows(done.manifest, sources)
    with fitting(run):
        shape = rows.sample_shape
        codes = [rows.map_batches(load_autoencoder(done.config, shape, seed, done.weights).encode) for seed in seeds]
    write_array(to, np.stack(codes))
    return [f"wrote {to}: float32 codes {np.stack(codes).shape} (seeds {', '.join(map(str, seeds))})"]


def own_rows(manifest: dict[str, Any], sources: Sequence[Path]) -> ArrayDataset:
    """Read the user's own data as the rows of a data set are.

    Args:
        manifest: of the data set; the size that its folder of pictures was brought to holds for these as well.
        sources: files and folders.

    Raises:
        InputError: they cannot be read, or have another shape than the data set.
    """
    shape = tuple(manifest["shape"])
    read = _points if len(shape) == 1 else _images
    pieces = []
    for path, values in read(manifest, sources):
        if values.shape[1:] != shape:
            found, wanted = (" x ".join(map(str, of)) for of in (values.shape[1:], shape))
            mend = f"This autoencoder takes {wanted} (height, width, channels): bring them to that"
            raise InputError(path, f"its rows are {found}", mend if len(shape) == 3 else f"It takes {wanted} numbers")
        pieces.append(values)
    return ArrayDataset(np.concatenate(pieces))


def _images(manifest: dict[str, Any], sources: Sequence[Path]) -> Iterator[tuple[Path, np.ndarray]]:
    """Yield each source with its images, uint8 (N, H, W, C)."""
    own = manifest["source"]
    options = {key: own[key] for key in ("size", "resize", "mode") if own["name"] == "folder" and key in own}
    for path in sources:
        if path.suffix in {".npy", ".npz"}:
            raw = Npy(path=path).read(path, tuple(manifest["shape"]))[0]
        else:
            folder = Folder(path=path, **options)
            raw = folder.read(folder.files() if path.is_dir() else [path])
        yield path, to_pixels(path, raw)[0]


def _points(_manifest: dict[str, Any], sources: Sequence[Path]) -> Iterator[tuple[Path, np.ndarray]]:
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
