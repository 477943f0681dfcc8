"""Images that each autoencoder reconstructs worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from aegan.figures.descriptions import join_descriptions
from aegan.figures.images import Strip, draw_strips
from aegan.figures.numbers import format_number
from aegan.figures.qualitative import colour_errors, compute_squared_errors
from aegan.figures.spec import FigureSpec


def draw(worst_reconstructions: Mapping[tuple[str, str], np.ndarray], datasets: Sequence[str]) -> Figure:
    """Draw the images that each autoencoder reconstructs worst, their reconstructions, and where they differ.

    Args:
        worst_reconstructions: (dataset, autoencoder) -> uint8 (2, n, H, W, C), images above their reconstructions.
        datasets: the data sets, in order.
    """
    strips = {
        dataset: [
            Strip(
                autoencoder,
                np.concatenate([_convert_to_rgb(pair), colour_errors(pair)[None]]),
                pair[0],
                ("original", "decoded", "error"),
                tuple(format_number(error) for error in compute_squared_errors(pair)),
            )
            for (owner, autoencoder), pair in worst_reconstructions.items()
            if owner == dataset and pair.size
        ]
        for dataset in datasets
    }
    return draw_strips(strips, "Nothing to show: no autoencoder of pictures was trained beforehand.")


def _convert_to_rgb(images: np.ndarray) -> np.ndarray:
    return images if images.shape[-1] == 3 else np.repeat(images, 3, axis=-1)


def describe(worst_reconstructions: Mapping[tuple[str, str], np.ndarray]) -> str:
    """Describe the range of the errors (n,) of each autoencoder in words."""
    ranges = {
        f"{autoencoder} on {dataset}": _describe_range(compute_squared_errors(pair))
        for (dataset, autoencoder), pair in worst_reconstructions.items()
    }
    return f"The worst reconstructions. Mean squared errors: {join_descriptions(ranges)}."


def _describe_range(errors: np.ndarray) -> str:
    return f"{format_number(errors.min())} to {format_number(errors.max())}"


SPEC = FigureSpec(
    draw,
    "Worst reconstructions",
    "Selected: the images of the test split with the largest squared error, of the first seed's autoencoder. Brighter "
    "means a larger difference; the scale is the same everywhere. Below: the mean squared error of each.",
    describe,
    "autoencoders",
)
