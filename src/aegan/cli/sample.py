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
from aegan.data.shown_channels import check_shown_channels
from aegan.errors import InputError
from aegan.evaluation.latent_prior import make_trained_loader
from aegan.figures.channels import arrange_channels, choose_maps, describe_channels
from aegan.games.game import Game
from aegan.games.roles import ROLES
from aegan.storage import read_array, read_json, write_array, write_bytes
from aegan.training.sampling import generate_samples
from aegan.training.trained_games import load_games

#: smallest length in pixels of an image's longer side in a grid
MIN_SIDE = 64


def write_samples(run: Path, count: int, seed: int | None, draw: int, to: Path, show: Sequence[int] = ()) -> list[str]:
    """Generate samples with the networks of a finished run, and write them.

    Args:
        run: results/gan/DATASET/METHOD/SEEDS.
        count: images or points of each member.
        seed: the member that generates; None for all members.
        draw: number of the draw. Samples differ from those of other draws and of samples.npy.
        to: .png (a grid with one band per member; for points, scatter plots), .npy (as samples.npy) or a folder of .png
            files.
        show: the channels that pictures show as red, green and blue, from 0; empty to show one and three channels as
            they are, and others as a strip of grey maps.

    Returns:
        The lines to print.

    Raises:
        InputError: the run, the seed or the target cannot be used.
    """
    refuse_existing(to)
    trained = read_trained_run(run, "gan")
    if show:
        check_shown_channels("--show", show, trained.manifest["shape"])
    seeds = trained.select_seeds(seed)
    with explain_weight_errors(run):
        samples = generate_samples(load_run_games(trained, seeds), count, "cpu", "draw", draw)
    _write(samples, seeds, trained, to, show)
    diverged = [member["seed"] for member in trained.members if member["divergence"] and member["seed"] in seeds]
    lines = [f"wrote {to}: {count} per seed (seeds {', '.join(map(str, seeds))})"]
    if (bounds := trained.manifest["range"]) not in (None, [0, 255]):
        lines.append(f"the pixels 0 to 255 stand for {bounds[0]:g} to {bounds[1]:g} in the data set")
    if samples.ndim == 5 and to.suffix != ".npy" and (about := describe_channels(samples.shape[-1], show)):
        maps = choose_maps(samples.shape[-1], show)
        all_shown = len(maps) in {0, samples.shape[-1]}
        lines.append(about if all_shown else f"{about}: {', '.join(map(str, maps))}")
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


def _write(samples: np.ndarray, seeds: Sequence[int], run: TrainedRun, to: Path, show: Sequence[int]) -> None:
    """Write samples (seeds, count, …) in the format that the target's suffix names."""
    if to.suffix not in {".png", ".npy", ""}:
        raise InputError(to, f"{to.suffix} is not supported", "Give a .png, a .npy, or a folder")
    if to.suffix == ".npy":
        write_array(to, samples)
    elif samples.ndim == 3 and to.suffix:
        write_bytes(to, _draw_points(samples, run))
    elif samples.ndim == 3:
        wrong = f"samples of shape {samples.shape[2:]} are points, not pictures"
        raise InputError(to, wrong, "Give a .png or a .npy")
    elif to.suffix:
        write_bytes(to, _to_png(_make_grid(samples, show)))
    else:
        for seed, images in zip(seeds, samples, strict=True):
            for number, image in enumerate(images):
                write_bytes(to / f"seed-{seed}-{number:05d}.png", _to_png(_show_picture(image, show)))


def _show_picture(image: np.ndarray, show: Sequence[int]) -> np.ndarray:
    """Return the pixels of an image (H, W, C): grey (H, W), RGB (H, W, 3), or RGBA of its maps side by side."""
    from aegan.figures.images import make_mosaic  # imported here because matplotlib takes a second

    tiles, maps = arrange_channels(image[None, None], show)
    if maps:
        return make_mosaic(tiles, len(maps))
    pixels: np.ndarray = tiles[0, 0]
    return pixels[..., 0] if pixels.shape[-1] == 1 else pixels


def _make_grid(images: np.ndarray, show: Sequence[int]) -> np.ndarray:
    """Tile images (seeds, count, H, W, C), a near-square band per seed; small ones are enlarged without smoothing."""
    from aegan.figures.images import make_mosaic

    S, count, H, W, C = images.shape
    maps = len(choose_maps(C, show)) or 1
    columns = max(1, round(math.ceil(math.sqrt(count * maps)) / maps))
    rows = math.ceil(count / columns)
    padded = np.full((S, rows * columns, H, W, C), 255, np.uint8)
    padded[:, :count] = images
    scale = max(1, MIN_SIDE // max(H, W))
    tiles, _ = arrange_channels(padded.reshape(S * rows, columns, H, W, C), show)
    return make_mosaic(tiles, maps).repeat(scale, axis=0).repeat(scale, axis=1)


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
    return to_png(draw({(run.dataset, run.name): points}, {run.dataset: real}, [run.dataset], [run.name], {}))
