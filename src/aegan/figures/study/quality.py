"""Quality of samples in each feature space, beside the real-against-real floor."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import describe_medians
from aegan.figures.metric_names import MetricLabels
from aegan.figures.quality_panels import draw_quality
from aegan.figures.spec import FigureSpec


def draw(quality: pd.DataFrame, methods: Sequence[str], metric_labels: MetricLabels) -> Figure:
    """Draw every metric of samples: a row per data set and feature space, a panel per metric, a line per method.

    Args:
        quality: dataset, method, seed, space, metric, value, floor.
        methods: the methods, in order.
        metric_labels: metric -> its label and which direction is better.
    """
    return draw_quality(quality, methods, metric_labels)


def describe(quality: pd.DataFrame, metric_labels: MetricLabels) -> str:
    """Describe the median Fréchet distances in words.

    Args:
        quality: as `draw` takes it.
        metric_labels: metric -> its label and which direction is better.
    """
    distances = describe_medians(quality[quality["metric"] == "fd"], metric_labels)
    return f"Quality of samples. Median Fréchet distances: {distances}."


SPEC = FigureSpec(
    draw,
    "Sample quality and the real-against-real floor",
    "A point is a seed, the bar their median. Dotted: real data against real data, the best value that can be "
    "expected. FD-cls and FD-rnd are Fréchet distances in this study's own feature spaces; they are not comparable "
    "with a published FID. Spread over seeds: the median distance from what a seed generates to what the others do. "
    "Distance to train / test is about 1 for new samples, 0 for copies of train data. The metrics that are not "
    "reliable on these data are listed below the figure.",
    describe,
    "quality",
    shows=("quality", "coverage"),
)
