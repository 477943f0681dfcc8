"""Metrics that are left out because there are too few samples, and the reason."""

from __future__ import annotations

import pandas as pd

from aegan.metrics.moments import SEED_SPREAD
from aegan.metrics.registry import CODES, DISTRIBUTION, METRICS, NEEDS_ALL_SAMPLES
from aegan.tables import LEFT_OUT_COLUMNS

#: fewest samples of either side with which all metrics of samples can be had
MIN_SAMPLES = max(metric.min_samples for entry in DISTRIBUTION.values() for metric in entry.metrics.values())


def tabulate_left_out(test: int, generated: int, subset: int, encoded: bool) -> pd.DataFrame:
    """Tabulate the metrics that need more samples than a data set gives: `LEFT_OUT_COLUMNS`, a row per metric.

    Args:
        test: samples of the test split.
        generated: samples of each member.
        subset: largest number of either in metrics that do not use all samples.
        encoded: whether the study has codes of an autoencoder.
    """
    counts = dict.fromkeys(METRICS, min(test, generated, subset)) | dict.fromkeys(CODES, min(test, subset))
    counts |= dict.fromkeys(NEEDS_ALL_SAMPLES, min(test, generated)) | {SEED_SPREAD: generated}
    rows = [
        (name, metric.min_samples, counts[name])
        for name, metric in METRICS.items()
        if counts[name] < metric.min_samples and (encoded or name not in CODES)
    ]
    return pd.DataFrame(rows, columns=LEFT_OUT_COLUMNS)
