"""The floor of each metric: its value for real data against real data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.evaluation.feature_spaces import PREDICTED_CLASSES, ReferenceKey
from aegan.evaluation.sample_quality import compute_distribution_metrics, select_real_features
from aegan.evaluation.seed_variability import measure_variability_floor
from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.features import Features
from aegan.metrics.measurements import measure_memorisation
from aegan.metrics.memorisation import SplitFeatures
from aegan.progress import track


def measure_floor(reference: Mapping[str, np.ndarray], count: int, subset: int) -> pd.DataFrame:
    """Compare real data with real data: the best value that a generator of `count` samples can be expected to reach.

    Memorisation is measured on one half of the test split, with the other half as held-out data. Metrics that need more
    samples are left out.

    Args:
        reference: encoded `ReferenceKey` -> features (N, D).
        count: number of samples per member, at most that of the train split.
        subset: how many of these are used by metrics that compare samples pair by pair.

    Returns:
        space, metric, floor.
    """
    rng = seeding.numpy_generator(seeding.YARDSTICK, "floor")
    sizes = {ReferenceKey.parse(key).split: len(features) for key, features in reference.items()}
    drawn, order = rng.choice(sizes["train"], count, replace=False), rng.permutation(sizes["test"])[: 2 * subset]
    rows = []
    for space, (splits, test) in track(select_real_features(reference, subset).items(), "feature spaces"):
        values = compute_distribution_metrics(space, test, _select_features(splits.train, drawn, subset), rng)
        if space != PREDICTED_CLASSES:
            held_out, samples = np.array_split(reference[ReferenceKey("test", space).encode()][order], 2)
            values |= measure_memorisation(SplitFeatures(splits.train, held_out), samples)
            values |= measure_variability_floor(splits.train, count)
        rows += [{"space": space, "metric": metric, "floor": value} for metric, value in values.items()]
    return pd.DataFrame(rows, columns=["space", "metric", "floor"])


def _select_features(features: np.ndarray, rows: np.ndarray, subset: int) -> Features:
    return Features(len(rows), lambda: (features[block] for block in iterate_blocks(rows)), features[rows[:subset]])
