"""Every metric by name. To add one, write the function and add its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np

from aegan.metrics.classes import class_balance
from aegan.metrics.codes import active_units, effective_dimension, linear_probe, neighbour_probe, prior_distance
from aegan.metrics.coverage import manifold_overlap
from aegan.metrics.distances import fd_infinity, kernel_distance
from aegan.metrics.features import Features
from aegan.metrics.memorisation import Splits, memorisation
from aegan.metrics.moments import SPREAD, moments_distance
from aegan.metrics.reconstruction import mse, psnr, ssim

#: which way is better; neither of what describes
Direction = Literal["lower", "higher", ""]


class Distribution(NamedTuple):
    """A measurement of generated against real samples, which may yield several metrics at once.

    Args:
        measure: (real, fake, rng) -> one float per metric, by name.
        better: the names of its metrics, and which direction of each is better.
        whole: whether it looks at all samples, not at the drawn ones alone.
    """

    measure: Callable[[Features, Features, np.random.Generator], Mapping[str, float]]
    better: Mapping[str, Direction]
    whole: bool = False


class Memory(NamedTuple):
    """A measurement of what samples owe to the very data that their generator learned from.

    Args:
        measure: (both splits of real data, (K, D) fake) -> one float.
        better: which direction is better.
    """

    measure: Callable[[Splits, np.ndarray], float]
    better: Direction = ""


class Reconstruction(NamedTuple):
    """A measurement of decoded against original data.

    Args:
        measure: (original, decoded), both (N, H, W, C) images -> one float.
        better: which direction is better.
        points: whether it measures points (N, D), too.
    """

    measure: Callable[[np.ndarray, np.ndarray], float]
    better: Direction
    points: bool = False


class Statistic(NamedTuple):
    """A measurement of an autoencoder's codes.

    Args:
        measure: (N, D) codes -> one float.
        better: which direction is better.
    """

    measure: Callable[[np.ndarray], float]
    better: Direction = ""


class Separation(NamedTuple):
    """A measurement of what codes tell of the classes of their data.

    Args:
        measure: ((N, D) codes, (N,) labels, (M, D) others, (M,) labels of those) -> one float.
        better: which direction is better.
    """

    measure: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]
    better: Direction


DISTRIBUTION: dict[str, Distribution] = {
    "frechet": Distribution(
        lambda real, fake, _: {"fd": moments_distance(real.moments, fake.moments)}, {"fd": "lower"}, whole=True
    ),
    "extrapolated": Distribution(
        lambda real, fake, rng: {"fd_infinity": fd_infinity(real.drawn, fake.drawn, rng)}, {"fd_infinity": "lower"}
    ),
    "kernel": Distribution(
        lambda real, fake, rng: {"kid": kernel_distance(real.drawn, fake.drawn, rng)}, {"kid": "lower"}
    ),
    "overlap": Distribution(
        lambda real, fake, _: manifold_overlap(real.drawn, fake.drawn)._asdict(),
        {"precision": "higher", "recall": "higher", "density": "higher", "coverage": "higher"},
    ),
}

#: of the class numbers (N, 1) that a classifier takes samples for
CLASSES: dict[str, Distribution] = {
    "balance": Distribution(
        lambda real, fake, _: class_balance(real.classes, fake.classes)._asdict(),
        {"class_kl": "lower", "class_coverage": "higher"},
        whole=True,
    ),
}

#: metrics of all samples; the others look at the drawn ones
WHOLE = {name for entry in (DISTRIBUTION | CLASSES).values() if entry.whole for name in entry.better}

#: no higher is better than 1, which any samples reach that owe nothing to single train data
MEMORY: dict[str, Memory] = {"memorisation": Memory(memorisation)}

RECONSTRUCTION: dict[str, Reconstruction] = {
    "mse": Reconstruction(mse, "lower", points=True),
    "psnr": Reconstruction(psnr, "higher"),
    "ssim": Reconstruction(ssim, "higher"),
}

CODES: dict[str, Statistic] = {
    "active_units": Statistic(active_units),
    "effective_dimension": Statistic(effective_dimension),
    "prior_distance": Statistic(prior_distance, "lower"),
}

SEPARATION: dict[str, Separation] = {
    "probe_accuracy": Separation(linear_probe, "higher"),
    "neighbour_accuracy": Separation(neighbour_probe, "higher"),
}

RATE = "rate"  #: what codes cost, in nats per datum; how it is measured depends on their kind

BETTER: dict[str, Direction] = {
    **{name: better for entry in (DISTRIBUTION | CLASSES).values() for name, better in entry.better.items()},
    **{name: entry.better for name, entry in (MEMORY | RECONSTRUCTION | CODES | SEPARATION).items()},
    RATE: "",
    SPREAD: "",
    "accuracy": "higher",  # of the classes that a role which learns them tells
}


def quality(
    real: Features, fake: Features, rng: np.random.Generator, entries: Mapping[str, Distribution] = DISTRIBUTION
) -> dict[str, float]:
    """Compute every distribution metric of generated samples.

    Args:
        real: features of real samples.
        fake: features of generated samples.
        rng: draws whatever a metric draws.
        entries: what is measured; of class numbers in place of features, `CLASSES`.

    Returns:
        One value per metric of the entries.

    Raises:
        InputError: the features do not fit a metric.
    """
    return {name: value for entry in entries.values() for name, value in entry.measure(real, fake, rng).items()}


def memory(real: Splits, fake: np.ndarray) -> dict[str, float]:
    """Compute every metric of what (K, D) samples owe to train data: one value per entry of `MEMORY`."""
    return {name: entry.measure(real, fake) for name, entry in MEMORY.items()}


def fidelity(original: np.ndarray, decoded: np.ndarray) -> dict[str, float]:
    """Compute every reconstruction metric that such data have.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1], or (N, D) points.
        decoded: the same data given back by the autoencoder.

    Returns:
        One value per metric of `RECONSTRUCTION`.

    Raises:
        InputError: the data do not fit a metric.
    """
    fitting = {name: entry for name, entry in RECONSTRUCTION.items() if entry.points or original.ndim == 4}
    return {name: entry.measure(original, decoded) for name, entry in fitting.items()}


def code_statistics(codes: np.ndarray) -> dict[str, float]:
    """Compute every statistic of (N, D) codes: one value per entry of `CODES`."""
    return {name: entry.measure(codes) for name, entry in CODES.items()}


def separation(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray
) -> dict[str, float]:
    """Compute what codes tell of classes, learned on (N, D) codes of some data and told of (M, D) codes of others.

    Returns:
        One value per entry of `SEPARATION`; none where all data to learn from are of one class.
    """
    if len(np.unique(train_labels)) < 2:
        return {}
    return {name: entry.measure(train, train_labels, test, test_labels) for name, entry in SEPARATION.items()}
