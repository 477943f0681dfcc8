"""Figures of pictures: samples, reconstructions and latent codes. Pixels stay crisp."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.panels import WIDTH, bare, grid, nothing
from aegan.figures.study import Images, ordered
from aegan.figures.style import INK, PALETTE, PAPER, styled

COLUMNS, FEWEST = 16, 8  # pictures side by side: at most, and how many there is room for at least
HEAD, GAP = 0.3, 0.14  # inches above a data set and between strips


def mosaic(rows: np.ndarray) -> np.ndarray:
    """Tile pictures with transparent gaps.

    Args:
        rows: uint8 (rows, columns, H, W, C), C = 1 (grey) or 3 (RGB).

    Returns:
        uint8 RGBA (rows · (H + gap) − gap, columns · (W + gap) − gap, 4); the gap is a sixteenth of W, at least 1.
    """
    R, K, H, W, C = rows.shape
    gap = max(1, W // 16)
    canvas = np.zeros((R, K, H + gap, W + gap, 4), np.uint8)
    canvas[:, :, :H, :W, :3] = rows if C == 3 else np.repeat(rows, 3, axis=-1)
    canvas[:, :, :H, :W, 3] = 255
    tiled = canvas.transpose(0, 2, 1, 3, 4).reshape(R * (H + gap), K * (W + gap), 4)
    return tiled[:-gap, :-gap]


def _height(pictures: np.ndarray, columns: int) -> float:
    # Height over width of a strip; a strip of fewer pictures keeps their size and leaves room on its right.
    R, _, H, W, _ = pictures.shape
    return float(R * H / (W * columns))


@styled
def _pictures(strips: dict[str, list[tuple[str, np.ndarray]]]) -> Figure:
    rows = [strip for own in strips.values() for strip in own]
    columns = max(FEWEST, *(pictures.shape[1] for _, pictures in rows))
    left = 0.25 + 0.085 * max(len(label) for label, _ in rows)  # room for the names, in inches
    width = WIDTH - left - 0.1
    height = HEAD * len(strips) + sum(width * _height(pictures, columns) + GAP for _, pictures in rows)
    figure, top = Figure(figsize=(WIDTH, height)), height
    for dataset, own in strips.items():
        figure.text(left / WIDTH, (top - 0.07) / height, dataset, va="top", fontweight="bold", fontsize=10)
        top -= HEAD
        for label, pictures in own:
            tall = width * _height(pictures, columns)
            top -= tall + GAP
            axes = figure.add_axes((left / WIDTH, (top + GAP) / height, width / WIDTH, tall / height))
            _strip(axes, label, pictures, columns)
    return figure


def _strip(axes: Axes, label: str, pictures: np.ndarray, columns: int) -> None:
    bare(axes)
    axes.imshow(mosaic(pictures), interpolation="none", aspect="auto", extent=(0, pictures.shape[1], 0, 1))
    axes.set_xlim(0, columns)
    axes.set_ylabel(label, rotation=0, ha="right", va="center", color=INK, fontweight="bold")


def sample_grid(samples: Images, datasets: Sequence[str], methods: Sequence[str]) -> Figure:
    """Show what each method generates: a strip per method, its first two seeds under one another."""
    strips = {
        dataset: [(m, samples[dataset, m][:2, :COLUMNS]) for m in methods if _any(samples, dataset, m)]
        for dataset in datasets
    }
    shown = {dataset: own for dataset, own in strips.items() if own}
    return _pictures(shown) if shown else nothing("Nothing to show: no method left samples.")


def reconstruction_pairs(originals: Images, reconstructions: Images, datasets: Sequence[str]) -> Figure:
    """Show what each autoencoder loses: originals above their reconstructions."""
    strips = {
        dataset: [
            (name, np.stack([originals[owner, name][:COLUMNS], images[:COLUMNS]]))
            for (owner, name), images in reconstructions.items()
            if owner == dataset and len(images)
        ]
        for dataset in datasets
    }
    shown = {dataset: own for dataset, own in strips.items() if own}
    return _pictures(shown) if shown else nothing("Nothing to show: no autoencoder was trained beforehand.")


def _any(images: Images, dataset: str, method: str) -> bool:
    return (dataset, method) in images and images[dataset, method].size > 0


@styled
def latent_scatter(latents: pd.DataFrame) -> Figure:
    """Draw the codes of each autoencoder's first seed in their first two principal components.

    Args:
        latents: dataset, autoencoder, seed, x, y, label; a null label is drawn grey.
    """
    datasets, names = ordered(latents["dataset"]), ordered(latents["autoencoder"])
    if not datasets:
        return nothing("Nothing to show: no autoencoder left latent codes.")
    columns = max(2, min(len(names), 4))
    figure, all_axes = grid(len(datasets) * -(-len(names) // columns), columns, 9.2 / columns, extra=0.2)
    for axes in all_axes.ravel():
        bare(axes)
    for axes, (dataset, name) in zip(all_axes.ravel(), product(datasets, names), strict=False):
        own = latents[(latents["dataset"] == dataset) & (latents["autoencoder"] == name)]
        _scatter(axes, own[own["seed"] == own["seed"].min()])
        axes.set_title(f"{name} · {dataset}")
    return figure


def _scatter(axes: Axes, codes: pd.DataFrame) -> None:
    labels = sorted(codes["label"].dropna().unique())
    colours = [(PALETTE[1:] * 2)[i % 14] for i in range(len(labels))]
    plain = codes[codes["label"].isna()]
    axes.scatter(plain["x"], plain["y"], s=5, color=PALETTE[0], linewidth=0, alpha=0.7, rasterized=True)
    for label, colour in zip(labels, colours, strict=True):
        own = codes[codes["label"] == label]
        axes.scatter(own["x"], own["y"], s=5, color=colour, linewidth=0, alpha=0.7, rasterized=True)
    for label in labels:
        centre = codes[codes["label"] == label][["x", "y"]].median()
        axes.text(
            centre["x"],
            centre["y"],
            f"{label:g}" if isinstance(label, float) else str(label),
            ha="center",
            va="center",
            fontweight="bold",
            fontsize=10,
            color=INK,
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.75},
        )
    axes.set_aspect("equal", adjustable="datalim")
