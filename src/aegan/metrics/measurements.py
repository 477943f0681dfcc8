"""Compute all registered metrics of samples, of reconstructions or of codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aegan.metrics.entries import DistributionEntry
from aegan.metrics.features import Features
from aegan.metrics.memorisation import SplitFeatures
from aegan.metrics.registry import CLASS_INFORMATION, CODES, DISTRIBUTION, MEMORISATION, RECONSTRUCTION
from aegan.progress import track


def measure_quality(
    real: Features, fake: Features, rng: np.random.Generator, entries: Mapping[str, DistributionEntry] = DISTRIBUTION
) -> dict[str, float]:
    """Compute every metric of generated against real samples.

    Args:
        real: features of real samples.
        fake: features of generated samples.
        rng: draws the subsets of metrics that use random subsets.
        entries: the entries to measure; `CLASSES` for class numbers in place of features.

    Returns:
        One value per metric of the entries, without those that need more samples.

    Raises:
        InputError: the features do not fit a metric.
    """
    measured = [entry for entry in entries.values() if entry.has_enough_samples(real, fake)]
    return {
        name: value for entry in track(measured, "metrics") for name, value in entry.measure(real, fake, rng).items()
    }


def measure_memorisation(real: SplitFeatures, fake: np.ndarray) -> dict[str, float]:
    """Compute every metric of memorisation of features (K, D) of samples: one value per entry of `MEMORISATION`.

    Entries that need more samples, or a larger test split, are left out.
    """
    samples = min(len(real.test), len(fake))
    return {
        name: entry.measure(real, fake) for name, entry in MEMORISATION.items() if samples >= entry.metric.min_samples
    }


def measure_reconstruction(original: np.ndarray, decoded: np.ndarray) -> dict[str, float]:
    """Compute every metric of reconstruction that applies to the data.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1], or (N, D) points.
        decoded: their reconstructions, of the same shape.

    Returns:
        One value per metric of `RECONSTRUCTION`.

    Raises:
        InputError: the data do not fit a metric.
    """
    applicable = {name: entry for name, entry in RECONSTRUCTION.items() if entry.points or original.ndim == 4}
    return {name: entry.measure(original, decoded) for name, entry in applicable.items()}


def measure_codes(codes: np.ndarray) -> dict[str, float]:
    """Compute every metric of codes (N, D): one value per entry of `CODES`, without those that need more codes."""
    return {name: entry.measure(codes) for name, entry in CODES.items() if len(codes) >= entry.metric.min_samples}


def measure_class_information(
    train_codes: np.ndarray, train_labels: np.ndarray, test_codes: np.ndarray, test_labels: np.ndarray
) -> dict[str, float]:
    """Compute every metric of how well classes can be predicted from codes.

    Args:
        train_codes: codes (N, D) on which a classifier is fitted.
        train_labels: their classes (N,).
        test_codes: codes (M, D) on which it is scored.
        test_labels: their classes (M,).

    Returns:
        One value per entry of `CLASS_INFORMATION`; empty if all train labels are of one class.
    """
    if len(np.unique(train_labels)) < 2:
        return {}
    return {
        name: entry.measure(train_codes, train_labels, test_codes, test_labels)
        for name, entry in CLASS_INFORMATION.items()
    }
