"""The kinds of registry entries: what an entry measures, and what figures and the corruption ladder need to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np

from aegan.metrics.features import Features
from aegan.metrics.memorisation import SplitFeatures

#: which direction is better; "" for a metric that only describes
Direction = Literal["lower", "higher", ""]


class Metric(NamedTuple):
    """The facts about one metric.

    Args:
        label: its name in figures and tables.
        direction: which direction is better.
        unit: unit of its values; empty if they have none.
        responds_to: corruptions of the ladder (`evaluation/corruptions.py`) that must make it worse.
        min_samples: fewest samples, generated or of the test split, that it is defined for.
    """

    label: str
    direction: Direction = ""
    unit: str = ""
    responds_to: tuple[str, ...] = ()
    min_samples: int = 1

    @property
    def label_with_unit(self) -> str:
        """The label, with the unit behind a slash."""
        return f"{self.label} / {self.unit}" if self.unit else self.label


class DistributionEntry(NamedTuple):
    """A comparison of generated with real samples, which may yield several metrics at once.

    Args:
        measure: (real, fake, rng) -> one float per metric, by name.
        metrics: its metrics by name.
        needs_all_samples: whether it is computed on all samples, and not on the drawn subset.
    """

    measure: Callable[[Features, Features, np.random.Generator], Mapping[str, float]]
    metrics: Mapping[str, Metric]
    needs_all_samples: bool = False

    def has_enough_samples(self, *sides: Features) -> bool:
        """Return whether each side has the samples that its metrics need."""
        counts = (side.count if self.needs_all_samples else len(side.drawn) for side in sides)
        return min(counts) >= max(metric.min_samples for metric in self.metrics.values())


class MemorisationEntry(NamedTuple):
    """A metric of how close samples are to the train data.

    Args:
        measure: (features of both splits of real data, features (K, D) of samples) -> one float.
        metric: its facts.
    """

    measure: Callable[[SplitFeatures, np.ndarray], float]
    metric: Metric


class ReconstructionEntry(NamedTuple):
    """A metric of decoded against original data.

    Args:
        measure: (original, decoded), both images (N, H, W, C) -> one float.
        metric: its facts.
        points: whether it also measures points (N, D).
    """

    measure: Callable[[np.ndarray, np.ndarray], float]
    metric: Metric
    points: bool = False


class CodeEntry(NamedTuple):
    """A metric of an autoencoder's codes.

    Args:
        measure: codes (N, D) -> one float.
        metric: its facts.
    """

    measure: Callable[[np.ndarray], float]
    metric: Metric


class ClassInformationEntry(NamedTuple):
    """A metric of how well the classes of the data can be predicted from codes.

    Args:
        measure: (train codes (N, D), train labels (N,), test codes (M, D), test labels (M,)) -> one float.
        metric: its facts.
    """

    measure: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]
    metric: Metric
