"""Samples above the train images nearest to them, with the distance of the nearest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aegan.figures.numbers import format_number
from aegan.figures.qualitative import QualitativeSamples, compute_squared_errors, make_member_spec


def _label_neighbours(samples: QualitativeSamples) -> tuple[np.ndarray, Sequence[str], Sequence[str]]:
    if not samples.neighbours.size:
        return samples.neighbours, (), ()
    ranks = ["nearest", "2nd", "3rd", *(f"{rank}th" for rank in range(4, 100))]
    notes = ["sample", *ranks[: len(samples.neighbours) - 1]]
    distances = compute_nearest_distances(samples.neighbours)
    return (
        samples.neighbours,
        notes,
        [*(f"{distance:.3f}" for distance in distances), f"test {samples.usual.item():.3f}"],
    )


def compute_nearest_distances(neighbours: np.ndarray) -> np.ndarray:
    """Compute the root mean squared differences between samples and their nearest train images, on the unit range.

    Args:
        neighbours: uint8 (1 + k, samples, H, W, C), samples above their neighbours.

    Returns:
        Distances (samples,).
    """
    nearest: np.ndarray = np.sqrt(compute_squared_errors(neighbours[:2]))
    return nearest


def _describe_distance(samples: QualitativeSamples) -> str:
    if not samples.neighbours.size:
        return ""
    median = np.median(compute_nearest_distances(samples.neighbours))
    return f"{format_number(float(median))}, test images {format_number(samples.usual.item())}"


SPEC = make_member_spec(
    _label_neighbours,
    _describe_distance,
    message="no method left pictures beside their neighbours",
    title="Samples and their nearest train images",
    caption="Top row: samples of the first seed, not selected. Below each: the train images nearest to it, pixel by "
    "pixel, and the root mean squared difference from the nearest, on the unit range. A copy would be at 0. At the "
    "end of the row: the distance of test images from their nearest train image (median). Blurred images are close to "
    "all others.",
    subject="Median distance of samples from the nearest train image",
)
