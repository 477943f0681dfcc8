"""Latent codes of each autoencoder in their first two principal components."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.descriptions import NONE_RECORDED
from aegan.figures.numbers import count_noun
from aegan.figures.panels import draw_message, hide_axes, make_grid
from aegan.figures.spec import FigureSpec
from aegan.figures.style import INK, PALETTE, PAPER, apply_theme

MOST_CLASSES = 30  # that a scatter of codes can tell apart by colour and name


@apply_theme
def draw(latents: pd.DataFrame) -> Figure:
    """Draw the codes of each autoencoder's first seed in their first two principal components.

    Args:
        latents: dataset, autoencoder, seed, x, y, label; codes without a label, or of more than 30 classes,
            are drawn grey.
    """
    runs = list(latents.groupby(["dataset", "autoencoder"], sort=False))
    if not runs:
        return draw_message("no autoencoder left latent codes")
    columns = max(2, min(latents["autoencoder"].nunique(), 4))
    figure, all_axes = make_grid(-(-len(runs) // columns), columns, 9.2 / columns, extra=0.2)
    for axes in all_axes.ravel():
        hide_axes(axes)
    for axes, ((dataset, name), own) in zip(all_axes.ravel(), runs, strict=False):
        _draw_codes(axes, own[own["seed"] == own["seed"].min()])
        axes.set_title(f"{name} · {dataset}")
    return figure


def _draw_codes(axes: Axes, codes: pd.DataFrame) -> None:
    if codes["label"].nunique() > MOST_CLASSES:
        codes = codes.assign(label=None)
    labels = sorted(codes["label"].dropna().unique())
    colours = [(PALETTE[1:] * 2)[i % 14] for i in range(len(labels))]
    unlabelled = codes[codes["label"].isna()]
    axes.scatter(unlabelled["x"], unlabelled["y"], s=5, color=PALETTE[0], linewidth=0, alpha=0.7, rasterized=True)
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


def describe(latents: pd.DataFrame, reconstructions: Mapping[tuple[str, str], np.ndarray]) -> str:
    """Describe how many codes are drawn, and name the autoencoders.

    Args:
        latents: as `draw` takes it.
        reconstructions: (dataset, autoencoder) -> uint8 (n, H, W, C) or float32 (n, D).
    """
    pairs = "; ".join(f"{autoencoder} on {dataset}" for dataset, autoencoder in reconstructions) or NONE_RECORDED
    drawn = latents["seed"] == latents.groupby(["dataset", "autoencoder"])["seed"].transform("min")
    return f"Scatter of {count_noun(int(drawn.sum()), 'code')} of the autoencoders {pairs}."


SPEC = FigureSpec(
    draw,
    "Latent codes",
    "First two principal components of the first seed's codes; each number stands at the median of its class.",
    describe,
    "autoencoders",
)
