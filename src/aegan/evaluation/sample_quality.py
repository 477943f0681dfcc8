"""Quality of the samples, reconstructions and classifications of trained members: the rows of quality tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import PREDICTED_CLASSES, ReferenceKey, collect_features, draw_rows, list_spaces
from aegan.evaluation.seed_variability import pack_moments
from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.features import Features, make_features
from aegan.metrics.measurements import measure_memorisation, measure_quality, measure_reconstruction
from aegan.metrics.memorisation import SplitFeatures
from aegan.metrics.registry import CLASSES, DISTRIBUTION, MEMORISATION, METRICS, NEEDS_ALL_SAMPLES
from aegan.progress import track
from aegan.tables import QUALITY_COLUMNS

#: columns of the measurements of a member
MEASURED = ["space", "metric", "value", "n"]

#: the values of a member that diverged
NO_QUALITY = dict.fromkeys(
    [*(name for entry in DISTRIBUTION.values() for name in entry.metrics), *MEMORISATION], float("nan")
)


class RealFeatures(NamedTuple):
    """Features of real data in one feature space."""

    #: all of the train split, usually a memory map, and the subset of the test split
    splits: SplitFeatures
    test: Features


def select_real_features(reference: Mapping[str, np.ndarray], subset: int) -> dict[str, RealFeatures]:
    """Select the real features of every space.

    Args:
        reference: encoded `ReferenceKey` -> features (N, D).
        subset: number of rows of the test split for metrics that compare samples pair by pair.

    Returns:
        feature space -> features.
    """
    real = {}
    for space in list_spaces(reference):
        train, test = (reference[ReferenceKey(split, space).encode()] for split in ("train", "test"))
        features = make_features(test, draw_rows(len(test), subset, seeding.YARDSTICK))
        real[space] = RealFeatures(SplitFeatures(train, features.drawn), features)
    return real


def compute_distribution_metrics(
    space: str, real: Features, fake: Features, rng: np.random.Generator
) -> dict[str, float]:
    """Compute the distribution metrics of a feature space.

    Args:
        space: the feature space.
        real: features (N, D) of real data.
        fake: features (M, D) of samples.
        rng: draws the random subsets of metrics.

    Returns:
        metric -> value.
    """
    return measure_quality(real, fake, rng, CLASSES if space == PREDICTED_CLASSES else DISTRIBUTION)


def compute_sample_metrics(
    space: str, real: RealFeatures, fake: Features, rng: np.random.Generator
) -> dict[str, float]:
    """Compute all metrics of samples in a feature space; memorisation only where the space has distances.

    Args:
        space: the feature space.
        real: features of real data.
        fake: features (M, D) of samples.
        rng: draws the random subsets of metrics.

    Returns:
        metric -> value.
    """
    memorisation = {} if space == PREDICTED_CLASSES else measure_memorisation(real.splits, fake.drawn)
    return compute_distribution_metrics(space, real.test, fake, rng) | memorisation


class CohortQuality(NamedTuple):
    """The results of evaluating a cohort."""

    quality: pd.DataFrame  #: `QUALITY_COLUMNS`
    moments: dict[str, np.ndarray]  #: of each seed's samples, for `measure_seed_variability`


def evaluate_cohort(
    nets: Mapping[str, nn.Module],
    seeds: Sequence[int],
    samples: np.ndarray,
    reconstructions: np.ndarray,
    test_dataset: ArrayDataset,
    reference: Mapping[str, np.ndarray],
    floor: pd.DataFrame,
    subset: int,
    classes: np.ndarray | None = None,
) -> CohortQuality:
    """Measure the samples, reconstructions and classifications of every member.

    The memory does not grow with the number of samples.

    Args:
        nets: feature space -> net.
        seeds: the members.
        samples: uint8 (seeds, n, H, W, C) generated images or float32 (seeds, n, D) points, compared with the test
            split in every space.
        reconstructions: (seeds, N or 0, …) of the first N of the test split, compared element by element.
        test_dataset: the test split.
        reference: encoded `ReferenceKey` -> features of real data.
        floor: the table of `measure_floor`.
        subset: number of samples for metrics that compare samples pair by pair.
        classes: (seeds, N or 0), the classes predicted for the first N of the test split; None without.
    """
    real, tables = select_real_features(reference, subset), []
    moments: dict[str, np.ndarray] = {}
    for position, seed in enumerate(track(seeds, "seeds")):
        generated = ArrayDataset(samples[position], device=test_dataset.device)
        of_samples, own_moments = measure_samples(nets, generated, real, seed, subset)
        originals = test_dataset.array[: reconstructions.shape[1]]
        of_reconstructions = measure_reconstructions(originals, reconstructions[position])
        of_classes = measure_classification(test_dataset.labels, () if classes is None else classes[position])
        parts = [table for table in (of_samples, of_reconstructions, of_classes) if len(table)] or [of_samples]
        tables.append(pd.concat(parts).assign(seed=seed))
        moments |= own_moments
    table = pd.concat(tables, ignore_index=True).merge(floor, how="left", on=["space", "metric"])
    return CohortQuality(table[QUALITY_COLUMNS], moments)


def measure_samples(
    nets: Mapping[str, nn.Module], samples: ArrayDataset, real: Mapping[str, RealFeatures], seed: int, subset: int
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Compare the samples of a member with real data in every feature space.

    Args:
        nets: feature space -> net.
        samples: generated data.
        real: feature space -> features of real data.
        seed: seed of the member.
        subset: number of samples for metrics that compare samples pair by pair.

    Returns:
        The table space, metric, value, n, whose values are NaN for a diverged member with points that are not finite;
        and the moments of the samples' features, as `pack_moments` names them.
    """
    rows = []
    moments: dict[str, np.ndarray] = {}
    finite = all(np.isfinite(block).all() for block in iterate_blocks(samples.array))
    for space, net in track(nets.items(), f"seed {seed}, feature spaces"):
        rng, fake = seeding.numpy_generator(seed, "evaluation", space), collect_features(net, samples, subset, seed)
        values = compute_sample_metrics(space, real[space], fake, rng) if finite else _list_missing(real[space], fake)
        counts = {metric: fake.count if metric in NEEDS_ALL_SAMPLES else len(fake.drawn) for metric in values}
        rows += [{"space": space, "metric": m, "value": v, "n": counts[m]} for m, v in values.items()]
        if space != PREDICTED_CLASSES:
            moments |= pack_moments(seed, space, fake.count, fake.moments if finite else None)
    return pd.DataFrame(rows, columns=MEASURED), moments


def _list_missing(real: RealFeatures, fake: Features) -> dict[str, float]:
    """Return the values of a member that diverged, without metrics that are left out for want of samples."""
    samples = min(len(real.test.drawn), len(fake.drawn))
    return {name: value for name, value in NO_QUALITY.items() if METRICS[name].min_samples <= samples}


def measure_reconstructions(originals: np.ndarray, reconstructions: np.ndarray) -> pd.DataFrame:
    """Compare images (N, H, W, C) or points (N, D) with their reconstructions: space, metric, value, n."""
    values = measure_reconstruction(originals, reconstructions) if len(reconstructions) else {}
    space = "points" if originals.ndim == 2 else "pixels"
    rows = [{"space": space, "metric": m, "value": v, "n": len(reconstructions)} for m, v in values.items()]
    return pd.DataFrame(rows, columns=MEASURED)


def measure_classification(labels: np.ndarray | None, classes: np.ndarray | Sequence[int]) -> pd.DataFrame:
    """Compare the classes (n,) predicted for the first n samples with labels (N,): space, metric, value, n."""
    if labels is None or len(classes) == 0:
        return pd.DataFrame(columns=MEASURED)
    accuracy = float((labels[: len(classes)] == classes).mean())
    return pd.DataFrame([{"space": "labels", "metric": "accuracy", "value": accuracy, "n": len(classes)}])
