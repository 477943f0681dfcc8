"""Images that each autoencoder reconstructs worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from aegan.figures.descriptions import join_descriptions
from aegan.figures.images import Strip, make_strip
from aegan.figures.numbers import format_number
from aegan.figures.qualitative import colour_errors, compute_squared_errors
from aegan.figures.spec import FigureSpec
from aegan.figures.strip_stack import draw_strips


def draw(
    worst_reconstructions: Mapping[tuple[str, str], np.ndarray],
    datasets: Sequence[str],
    shown_channels: Mapping[str, Sequence[int]],
) -> Figure:
    """Draw the images that each autoencoder reconstructs worst, their reconstructions, and where they differ.

    Args:
        worst_reconstructions: (dataset, autoencoder) -> uint8 (2, n, H, W, C), images above their reconstructions.
        datasets: the data sets, in order.
        shown_channels: dataset -> the channels drawn as red, green and blue, where some are chosen.
    """
    strips = {
        dataset: [
            _make_strip_with_errors(autoencoder, pair, shown_channels.get(dataset, ()))
            for (owner, autoencoder), pair in worst_reconstructions.items()
            if owner == dataset and pair.size
        ]
        for dataset in datasets
    }
    return draw_strips(strips, "no autoencoder of pictures was trained beforehand")


def _make_strip_with_errors(autoencoder: str, pair: np.ndarray, show: Sequence[int]) -> Strip:
    # the errors of a picture in grey or colour are those of all its channels; a map has its own
    rows, errors = ("original", "decoded", "error"), [format_number(error) for error in compute_squared_errors(pair)]
    strip = make_strip(autoencoder, pair, pair[0], show, rows, errors)
    coloured = colour_errors(strip.made if strip.maps else pair)[None]
    return strip._replace(made=np.concatenate([_convert_to_rgb(strip.made), coloured]))


def _convert_to_rgb(tiles: np.ndarray) -> np.ndarray:
    return tiles if tiles.shape[-1] == 3 else np.repeat(tiles, 3, axis=-1)


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
