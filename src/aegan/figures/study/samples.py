"""Generated samples of each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from aegan.figures.clouds import PANELS
from aegan.figures.descriptions import NONE_RECORDED
from aegan.figures.families import DECISIVE
from aegan.figures.images import COLUMNS, make_strip
from aegan.figures.spec import FigureSpec
from aegan.figures.strip_stack import draw_strips

MOST_STRIPS = 16  #: with more, half as many images of each are enough for a comparison


def draw(
    samples: Mapping[tuple[str, str], np.ndarray],
    originals: Mapping[str, np.ndarray],
    datasets: Sequence[str],
    methods: Sequence[str],
    shown_channels: Mapping[str, Sequence[int]],
) -> Figure:
    """Draw what each method generates: images of its first two seeds, fewer of many methods, or clouds of points.

    Args:
        samples: (dataset, method) -> uint8 (seeds, n, H, W, C) images, or float32 (seeds, n, D) points.
        originals: dataset -> real data, uint8 (n, H, W, C) or float32 (n, D).
        datasets: the data sets, in order.
        methods: the methods, in order.
        shown_channels: dataset -> the channels drawn as red, green and blue, where some are chosen.
    """
    columns = COLUMNS if len(samples) <= MOST_STRIPS else COLUMNS // 2
    strips = {
        dataset: [
            make_strip(
                method,
                _select_first(samples[dataset, method], columns),
                originals[dataset],
                shown_channels.get(dataset, ()),
            )
            for method in methods
            if (dataset, method) in samples and samples[dataset, method].size
        ]
        for dataset in datasets
    }
    return draw_strips(strips, "no method left samples")


def _select_first(samples: np.ndarray, columns: int) -> np.ndarray:
    return samples[:PANELS] if samples.ndim == 3 else samples[:2, :columns]


def describe(samples: Mapping[tuple[str, str], np.ndarray]) -> str:
    """Name the methods whose samples, (seeds, n, …) each, are drawn."""
    return f"Generated samples of {'; '.join(f'{m} on {d}' for d, m in samples) or NONE_RECORDED}."


SPEC = FigureSpec(
    draw,
    "Generated samples",
    "Not selected: the first samples of the first two seeds, one seed per row. For data that are points: the first "
    "samples of the first seeds, one seed per panel, above real points in grey.",
    describe,
    "samples",
    shows=("quality", "coverage"),
    families=DECISIVE,
)
