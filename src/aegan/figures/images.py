"""Figures of what was made: samples and reconstructions, pictures or points, and latent codes. Pixels stay crisp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.analysis.study_schema import Made, ordered
from aegan.figures.clouds import PANELS, SIDE, clouds
from aegan.figures.panels import WIDTH, bare, grid, nothing, room_for
from aegan.figures.style import INK, MUTED, PALETTE, PAPER, styled

COLUMNS, FEWEST = 16, 8  # pictures side by side: at most, and how many there is room for at least
MOST_CLASSES = 30  # that a scatter of codes can tell apart by colour and name
HEAD, GAP, FOOT = 0.3, 0.14, 0.16  # inches above a data set, between strips, and for what is written below one


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


class Strip(NamedTuple):
    """What a method or an autoencoder made.

    Attributes:
        label: its name.
        made: uint8 (rows, columns, H, W, C) pictures, or float32 (panels, n, D) points.
        real: (m, D) real points, beneath those that were made.
        notes: what is written on the right of each row, if anything.
        feet: what is written below each column or panel, if anything.
    """

    label: str
    made: np.ndarray
    real: np.ndarray
    notes: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """Return the inches below the strip."""
        return GAP + FOOT if self.feet else GAP

    def height(self, columns: int) -> float:
        """Return height over width; a strip of fewer pictures keeps their size and leaves room on its right."""
        if self.made.ndim == 3:
            return 1 / PANELS
        R, _, H, W, _ = self.made.shape
        return float(R * H / (W * columns))

    def draw(self, axes: Axes, columns: int) -> None:
        """Draw it."""
        bare(axes)
        axes.set_ylabel(self.label, rotation=0, ha="right", va="center", color=INK, fontweight="bold")
        if self.made.ndim == 3:
            clouds(axes, self.made, self.real)
            axes.set(xlim=(0, PANELS), ylim=(0, 1))
        else:
            across = (0, self.made.shape[1], 0, 1)
            axes.imshow(mosaic(self.made), interpolation="none", aspect="auto", extent=across)
            axes.set_xlim(0, columns)
        for place, foot in enumerate(self.feet):
            axes.text(place + SIDE / 2, -0.03, foot, ha="center", va="top", color=MUTED, fontsize=7.5)
        for place, note in enumerate(self.notes):
            height = 1 - (place + 0.5) / len(self.notes)
            axes.text(self.made.shape[1] + 0.08, height, note, va="center", color=MUTED, fontsize=8)


def strips(found: Mapping[str, Sequence[Strip]], otherwise: str) -> Figure:
    """Draw the strips of every data set, one below another; where there are none at all, say why."""
    shown = {dataset: own for dataset, own in found.items() if own}
    return _drawn(shown) if shown else nothing(otherwise)


@styled
def _drawn(shown: Mapping[str, Sequence[Strip]]) -> Figure:
    every = [strip for own in shown.values() for strip in own]
    columns = max([FEWEST, *(strip.made.shape[1] for strip in every if strip.made.ndim == 5)])
    left = room_for(strip.label for strip in every)
    width = WIDTH - left - room_for(["", *(note for strip in every for note in strip.notes)]) + 0.15
    height = HEAD * len(shown) + sum(width * strip.height(columns) + strip.gap for strip in every)
    figure, top = Figure(figsize=(WIDTH, height)), height
    for dataset, own in shown.items():
        figure.text(left / WIDTH, (top - 0.07) / height, dataset, va="top", fontweight="bold", fontsize=10)
        top -= HEAD
        for strip in own:
            tall = width * strip.height(columns)
            top -= tall + strip.gap
            place = (left / WIDTH, (top + strip.gap) / height, width / WIDTH, tall / height)
            strip.draw(figure.add_axes(place), columns)
    return figure


def sample_grid(
    samples: Made, originals: Mapping[str, np.ndarray], datasets: Sequence[str], methods: Sequence[str]
) -> Figure:
    """Show what each method generates: pictures of its first two seeds, or clouds of points."""
    found = {
        dataset: [
            Strip(method, _few(samples[dataset, method]), originals[dataset])
            for method in methods
            if (dataset, method) in samples and samples[dataset, method].size
        ]
        for dataset in datasets
    }
    return strips(found, "Nothing to show: no method left samples.")


def _few(samples: np.ndarray) -> np.ndarray:
    return samples[:PANELS] if samples.ndim == 3 else samples[:2, :COLUMNS]


def reconstruction_pairs(originals: Mapping[str, np.ndarray], reconstructions: Made, datasets: Sequence[str]) -> Figure:
    """Show what each autoencoder loses: originals above their reconstructions, points beneath theirs."""
    found = {
        dataset: [
            Strip(name, _pair(originals[dataset], decoded), originals[dataset])
            for (owner, name), decoded in reconstructions.items()
            if owner == dataset and len(decoded)
        ]
        for dataset in datasets
    }
    return strips(found, "Nothing to show: no autoencoder was trained beforehand.")


def _pair(originals: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    return decoded[None] if decoded.ndim == 2 else np.stack([originals[:COLUMNS], decoded[:COLUMNS]])


@styled
def latent_scatter(latents: pd.DataFrame) -> Figure:
    """Draw the codes of each autoencoder's first seed in their first two principal components.

    Args:
        latents: dataset, autoencoder, seed, x, y, label; a null label is drawn grey, and so are more than 30 classes.
    """
    datasets, names = ordered(latents["dataset"]), ordered(latents["autoencoder"])
    if not datasets:
        return nothing("Nothing to show: no autoencoder left latent codes.")
    columns = max(2, min(len(names), 4))
    figure, all_axes = grid(-(-len(datasets) * len(names) // columns), columns, 9.2 / columns, extra=0.2)
    for axes in all_axes.ravel():
        bare(axes)
    for axes, (dataset, name) in zip(all_axes.ravel(), product(datasets, names), strict=False):
        own = latents[(latents["dataset"] == dataset) & (latents["autoencoder"] == name)]
        _scatter(axes, own[own["seed"] == own["seed"].min()])
        axes.set_title(f"{name} · {dataset}")
    return figure


def _scatter(axes: Axes, codes: pd.DataFrame) -> None:
    if codes["label"].nunique() > MOST_CLASSES:
        codes = codes.assign(label=None)
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
