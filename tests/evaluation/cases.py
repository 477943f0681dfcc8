"""Data and floors that tests of the evaluation share."""

import numpy as np

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation import quality_floor
from aegan.evaluation.feature_spaces import compute_reference_blocks
from aegan.metrics.registry import DISTRIBUTION, MEMORISATION

SHAPE, SUBSET = (1, 8, 8), 10_000
MEASURED = {metric for entry in DISTRIBUTION.values() for metric in entry.metrics} | set(MEMORISATION)


def images(count=60, seed=0, brightness=255):
    return np.random.default_rng(seed).integers(0, brightness + 1, (count, 8, 8, 1), dtype=np.uint8)


def reference_of(nets, train, test):
    return {name: np.concatenate(list(blocks)) for name, blocks in compute_reference_blocks(nets, train, test)}


def measure_floor(nets, train, test, count):
    reference = reference_of(nets, train, test)
    return reference, quality_floor.measure_floor(reference, count, SUBSET)


def labelled(count, seed):
    """Dark images are class 0, bright ones class 1."""
    labels = np.arange(count) % 2
    return ArrayDataset(np.uint8(images(count, seed, 80) + 150 * labels[:, None, None, None]), labels)


def points(count=60, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 2)).astype(np.float32)
