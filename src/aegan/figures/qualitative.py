"""Qualitative samples of the first member of each method, and differences between images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from aegan.figures.descriptions import join_descriptions
from aegan.figures.images import Strip, make_strip
from aegan.figures.spec import FigureSpec
from aegan.figures.strip_stack import draw_strips

#: colours of absolute pixel differences on the unit range, from 0 to 1
ERROR_COLOURS = mpl.colormaps["inferno"]


class QualitativeSamples(Protocol):
    """Qualitative samples of a method's first member: uint8 images (H, W, C), or float32 points (D,)."""

    @property
    def rounds(self) -> np.ndarray:
        """Rounds of training (times,) after which the frames of the film were made."""

    @property
    def film(self) -> np.ndarray:
        """Samples (times, codes, …), generated from the same codes at all times."""

    @property
    def paths(self) -> np.ndarray:
        """Samples (paths, places, …), generated from codes between two others."""

    @property
    def neighbours(self) -> np.ndarray:
        """Images (1 + k, samples, …): each sample above the train images nearest to it; empty for points."""

    @property
    def usual(self) -> np.ndarray:
        """Median distance (1,) from a test image to the nearest train image; empty for points."""


#: (dataset, method) -> qualitative samples of its first member
SamplesByRun = Mapping[tuple[str, str], QualitativeSamples]

#: qualitative samples -> the data that are drawn, a note at each row, and a note below each column
StripContent = Callable[[QualitativeSamples], tuple[np.ndarray, Sequence[str], Sequence[str]]]


def make_member_spec(
    content: StripContent,
    describe_member: Callable[[QualitativeSamples], str],
    message: str,
    title: str,
    caption: str,
    subject: str,
) -> FigureSpec:
    """Make the figure of a strip for each method, in the section on samples.

    Args:
        content: qualitative samples -> the data that are drawn, a note at each row, and a note below each column.
        describe_member: qualitative samples -> words, or an empty string if there is nothing to show.
        message: text of the figure if no method has anything to show.
        title: what the figure shows.
        caption: how to read it.
        subject: the beginning of the alternative text.
    """

    def draw(
        qualitative_samples: SamplesByRun,
        originals: Mapping[str, np.ndarray],
        datasets: Sequence[str],
        methods: Sequence[str],
        shown_channels: Mapping[str, Sequence[int]],
    ) -> Figure:
        strips: dict[str, list[Strip]] = {}
        for dataset, method in _list_runs(qualitative_samples, datasets, methods):
            made, notes, feet = content(qualitative_samples[dataset, method])
            if made.size:
                show = shown_channels.get(dataset, ())
                strip = make_strip(method, made, originals[dataset], show, notes, feet)
                strips.setdefault(dataset, []).append(strip)
        return draw_strips(strips, message)

    def describe(qualitative_samples: SamplesByRun, datasets: Sequence[str], methods: Sequence[str]) -> str:
        runs = _list_runs(qualitative_samples, datasets, methods)
        words = {f"{m} on {d}": describe_member(qualitative_samples[d, m]) for d, m in runs}
        return f"{subject}: {join_descriptions({run: text for run, text in words.items() if text})}."

    return FigureSpec(draw, title, caption, describe, "samples")


def _list_runs(samples: SamplesByRun, datasets: Sequence[str], methods: Sequence[str]) -> list[tuple[str, str]]:
    # in the order of the study
    return [(dataset, method) for dataset in datasets for method in methods if (dataset, method) in samples]


def compute_squared_errors(pair: np.ndarray) -> np.ndarray:
    """Return the mean squared errors (n,) between two rows of images (2, n, H, W, C), on the unit range."""
    first, second = pair / 255.0
    errors: np.ndarray = np.square(first - second).mean(axis=(1, 2, 3))
    return errors


def colour_errors(pair: np.ndarray) -> np.ndarray:
    """Colour the differences between two rows of images.

    Args:
        pair: uint8 (2, n, H, W, C).

    Returns:
        uint8 (n, H, W, 3), brighter for a larger difference.
    """
    first, second = pair / 255.0
    coloured: np.ndarray = ERROR_COLOURS(np.abs(first - second).mean(axis=-1), bytes=True)[..., :3]
    return coloured
