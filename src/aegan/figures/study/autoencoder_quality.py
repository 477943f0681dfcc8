"""Quality of the autoencoders' reconstructions and codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import describe_medians
from aegan.figures.metric_names import MetricLabels
from aegan.figures.quality_panels import draw_quality
from aegan.figures.spec import FigureSpec
from aegan.tables import list_distinct, rename_autoencoder_to_method


def draw(
    autoencoder_quality: pd.DataFrame, metric_labels: MetricLabels, reconstruction_metrics: Sequence[str]
) -> Figure:
    """Draw every metric of autoencoders: a row per data set for reconstructions and one for codes.

    Args:
        autoencoder_quality: dataset, autoencoder, seed, metric, value, n.
        metric_labels: metric -> its label and which direction is better.
        reconstruction_metrics: the metrics of reconstructions; the others are of codes.
    """
    table = rename_autoencoder_to_method(autoencoder_quality).assign(floor=float("nan"))
    table["space"] = np.where(table["metric"].isin(reconstruction_metrics), "reconstructions", "codes")
    return draw_quality(table, list_distinct(table["method"]), metric_labels)


def describe(
    autoencoder_quality: pd.DataFrame, metric_labels: MetricLabels, reconstruction_metrics: Sequence[str]
) -> str:
    """Describe the medians over seeds in words.

    Args:
        autoencoder_quality: as `draw` takes it.
        metric_labels: metric -> its label and which direction is better.
        reconstruction_metrics: the metrics of reconstructions; the others are of codes.
    """
    table = rename_autoencoder_to_method(autoencoder_quality).assign(space="")
    of_reconstructions = table["metric"].isin(reconstruction_metrics)
    return (
        f"Reconstructions of the autoencoders: {describe_medians(table[of_reconstructions], metric_labels)}. "
        f"Their codes: {describe_medians(table[~of_reconstructions], metric_labels)}."
    )


SPEC = FigureSpec(
    draw,
    "Quality of reconstructions and codes",
    "A point is a seed, the bar their median, over the test split. Active units: those whose variance exceeds 0.01. "
    "Effective dimension: along how many directions codes vary (participation ratio of their covariance). Distance "
    "from N(0, I): Fréchet distance of the Gaussian fitted to the codes. Linear probe, nearest neighbours: accuracy "
    "of classifiers trained on codes of the train split. Rate: cost of a code, where it is drawn from a distribution "
    "or comes from a codebook.",
    describe,
    "autoencoders",
)
