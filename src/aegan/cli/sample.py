"""`aegan sample`: new images or points from a finished run."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aegan.cli.trained_run import (
    DescribedDataset,
    TrainedRun,
    explain_weight_errors,
    read_trained_run,
    refuse_existing,
    require_file,
)
from aegan.errors import InputError
from aegan.evaluation.latent_prior import make_trained_loader
from aegan.games.game import Game
from aegan.games.roles import ROLES
from aegan.storage import read_array, read_json, write_array, write_bytes
from aegan.training.sampling import generate_samples
from aegan.training.trained_games import load_games

#: smallest length in pixels of an image's longer side in a grid
MIN_SIDE = 64


def write_samples(run: Path, count: int, seed: int | None, draw: int, to: Path) -> list[str]:
    """Generate samples with the networks of a finished run, and write them.

    Args:
        run: results/gan/DATASET/METHOD/SEEDS.
        count: images or points of each member.
        seed: the member that generates; None for all members.
        draw: number of the draw. Samples differ from those of other draws and of samples.npy.
        to: .png (a grid with one band per member; for points, scatter plots), .npy (as samples.npy) or a folder of .png
            files.

    Returns:
        The lines to print.

    Raises:
        InputError: the run, the seed or the target cannot be used.
    """
    refuse_existing(to)
    trained = read_trained_run(run, "gan")
    seeds = trained.select_seeds(seed)
    with explain_weight_errors(run):
        samples = generate_samples(load_run_games(trained, seeds), count, "cpu", "draw", draw)
    _write(samples, seeds, trained, to)
    diverged = [member["seed"] for member in trained.members if member["divergence"] and member["seed"] in seeds]
    lines = [f"wrote {to}: {count} per seed (seeds {', '.join(map(str, seeds))})"]
    return lines + [f"seed {seed} diverged in training: its samples may be black or not finite" for seed in diverged]


def load_run_games(run: TrainedRun, seeds: Sequence[int]) -> dict[int, Game]:
    """Load the trained games of a GAN's run, and the autoencoder that they were played with, if any: seed -> game."""
    dataset, autoencoder_config, weights, sampler = DescribedDataset(run.manifest), {}, None, None
    if ROLES[run.config["role"]["name"]].needs_autoencoder:
        name = run.config["autoencoder"]
        autoencoder_config = read_json(run.find_output("autoencoder", name, "run.json"))["config"]
        weights = run.find_output("autoencoder", name, "weights.safetensors")
        sampler = run.find_output("latents", name, "sampler.safetensors")
    trained = make_trained_loader(autoencoder_config, dataset, weights, sampler)
    return load_games(run.config, dataset, seeds, run.weights, trained)


def _write(samples: np.ndarray, seeds: Sequence[int], run: TrainedRun, to: Path) -> None:
    """Write samples (seeds, count, …) in the format that the target's suffix names."""
    if to.suffix not in {".png", ".npy", ""}:
        raise InputError(to, f"{to.suffix} is not supported", "Give a .png, a .npy, or a folder")
    if to.suffix == ".npy":
        write_array(to, samples)
    elif samples.ndim == 3 and to.suffix:
        write_bytes(to, _draw_points(samples, run))
    elif samples.ndim == 3 or samples.shape[-1] not in {1, 3}:
        wrong = f"samples of shape {samples.shape[2:]} are not grey or colour pictures"
        raise InputError(to, wrong, "Give a .npy" if samples.ndim == 5 else "Give a .png or a .npy")
    elif to.suffix:
        write_bytes(to, _to_png(_make_grid(samples)))
    else:
        grey = samples.shape[-1] == 1
        for seed, images in zip(seeds, samples, strict=True):
            for number, image in enumerate(images):
                write_bytes(to / f"seed-{seed}-{number:05d}.png", _to_png(image[..., 0] if grey else image))


def _make_grid(images: np.ndarray) -> np.ndarray:
    """Tile images (seeds, count, H, W, C), a near-square band per seed; small ones are enlarged without smoothing."""
    from aegan.figures.images import make_mosaic  # imported here because matplotlib takes a second

    S, count, H, W, C = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    padded = np.full((S, rows * columns, H, W, C), 255, np.uint8)
    padded[:, :count] = images
    scale = max(1, MIN_SIDE // max(H, W))
    return make_mosaic(padded.reshape(S * rows, columns, H, W, C)).repeat(scale, axis=0).repeat(scale, axis=1)


def _to_png(pixels: np.ndarray) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _draw_points(points: np.ndarray, run: TrainedRun) -> bytes:
    """Draw generated points (seeds, count, D) and real points as scatter plots."""
    from aegan.figures.study.samples import draw
    from aegan.figures.style import to_png

    real = read_array(require_file(run.root / "data" / run.dataset / "test.npy"))
    return to_png(draw({(run.dataset, run.name): points}, {run.dataset: real}, [run.dataset], [run.name]))
