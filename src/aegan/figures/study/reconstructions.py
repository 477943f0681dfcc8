"""Real data and their reconstructions by each autoencoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import NONE_RECORDED, describe_medians
from aegan.figures.images import COLUMNS, make_strip
from aegan.figures.metric_names import MetricLabels
from aegan.figures.spec import FigureSpec
from aegan.figures.strip_stack import draw_strips
from aegan.tables import rename_autoencoder_to_method


def draw(
    originals: Mapping[str, np.ndarray],
    reconstructions: Mapping[tuple[str, str], np.ndarray],
    datasets: Sequence[str],
    shown_channels: Mapping[str, Sequence[int]],
) -> Figure:
    """Draw real images above their reconstructions, or real points beneath theirs.

    Args:
        originals: dataset -> real data, uint8 (n, H, W, C) or float32 (n, D).
        reconstructions: (dataset, autoencoder) -> the same of the first of `originals`, decoded.
        datasets: the data sets, in order.
        shown_channels: dataset -> the channels drawn as red, green and blue, where some are chosen.
    """
    strips = {
        dataset: [
            make_strip(name, _pair(originals[dataset], decoded), originals[dataset], shown_channels.get(dataset, ()))
            for (owner, name), decoded in reconstructions.items()
            if owner == dataset and len(decoded)
        ]
        for dataset in datasets
    }
    return draw_strips(strips, "no autoencoder was trained beforehand")


def _pair(originals: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    return decoded[None] if decoded.ndim == 2 else np.stack([originals[:COLUMNS], decoded[:COLUMNS]])


def describe(
    reconstructions: Mapping[tuple[str, str], np.ndarray],
    autoencoder_quality: pd.DataFrame,
    metric_labels: MetricLabels,
    reconstruction_metrics: Sequence[str],
) -> str:
    """Name the autoencoders and describe the median quality of their reconstructions in words.

    Args:
        reconstructions: (dataset, autoencoder) -> uint8 (n, H, W, C) or float32 (n, D).
        autoencoder_quality: dataset, autoencoder, seed, metric, value, n.
        metric_labels: metric -> its label and which direction is better.
        reconstruction_metrics: the metrics of reconstructions; the others are of codes.
    """
    quality = rename_autoencoder_to_method(autoencoder_quality).assign(space="")
    errors = quality[quality["metric"].isin(reconstruction_metrics)]
    pairs = "; ".join(f"{autoencoder} on {dataset}" for dataset, autoencoder in reconstructions) or NONE_RECORDED
    return f"Originals and their reconstructions by {pairs}. Medians: {describe_medians(errors, metric_labels)}."


SPEC = FigureSpec(
    draw,
    "Originals and reconstructions",
    "Top row: originals of the test split; bottom row: their reconstructions. For data that are points: "
    "reconstructions by the first seed's autoencoder, above the real points in grey.",
    describe,
    "autoencoders",
)
