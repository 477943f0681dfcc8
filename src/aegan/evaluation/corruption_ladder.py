"""The corruption ladder: which metrics get worse, level by level, as real data are corrupted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruptions import (
    CORRUPTIONS,
    LEVELS,
    HeldOutData,
    list_applicable_corruptions,
    select_classes,
)
from aegan.evaluation.feature_spaces import ReferenceKey, compute_features, list_spaces
from aegan.evaluation.left_out import MIN_SAMPLES
from aegan.evaluation.sample_quality import RealFeatures, compute_sample_metrics
from aegan.metrics.features import make_features
from aegan.metrics.memorisation import SplitFeatures
from aegan.metrics.registry import EXPECTED_RESPONSES, METRICS
from aegan.progress import track
from aegan.tables import LADDER_COLUMNS

#: the measured columns; the others are computed by `judge_metrics`
READING = LADDER_COLUMNS[:5]

#: the entry of `corruption` for data that are not corrupted
CLEAN = "none"

#: most samples in either half of the test split; more only take longer
MAX_SAMPLES = 5000

#: clean halves over which the noise of a metric is measured
REPEATS = 3


class Rung(NamedTuple):
    """Data at one level of a corruption."""

    corruption: str
    level: int
    features: Mapping[str, np.ndarray]  #: feature space -> (N, D)
    repeat: int  #: the repeat whose other half the data are compared with


def measure_corruption_ladder(
    nets: Mapping[str, nn.Module],
    train_dataset: ArrayDataset,
    test_dataset: ArrayDataset,
    reference: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """Compare one half of the test split, corrupted at every level, with the other half, and judge every metric.

    All levels of all corruptions have the same number of samples, that left when the most classes are dropped.

    Args:
        nets: feature space -> net.
        train_dataset: the train split.
        test_dataset: the test split.
        reference: encoded `ReferenceKey` -> features (N, D).

    Returns:
        `LADDER_COLUMNS`, see `judge_metrics`; no rows if there are too few samples.
    """
    rng = seeding.numpy_generator(seeding.YARDSTICK, "ladder")
    half = min(len(test_dataset) // 2, MAX_SAMPLES)
    halves = [np.split(rng.permutation(len(test_dataset))[: 2 * half], 2) for _ in range(REPEATS)]
    data = _select_data(train_dataset, test_dataset, halves[0][0])
    if data.size < MIN_SAMPLES:
        return pd.DataFrame(columns=LADDER_COLUMNS)

    @cache
    def select_real(space: str, repeat: int) -> RealFeatures:
        train, test = (reference[ReferenceKey(split, space).encode()] for split in ("train", "test"))
        other_half = make_features(test[halves[repeat][1]])
        return RealFeatures(SplitFeatures(train, other_half.drawn), other_half)

    rows = []
    count = REPEATS + len(list_applicable_corruptions(data.dataset)) * len(LEVELS)
    rungs = chain(_make_clean_rungs(data, halves, reference), _make_corrupted_rungs(data, nets, rng))
    for rung in track(rungs, "levels of corruption", count):
        for space in nets:
            real, fake = select_real(space, rung.repeat), make_features(rung.features[space])
            values = compute_sample_metrics(space, real, fake, rng)
            rows += [(rung.corruption, rung.level, space, metric, value) for metric, value in values.items()]
    return judge_metrics(pd.DataFrame(rows, columns=READING))


def _make_clean_rungs(
    data: HeldOutData, halves: Sequence[Sequence[np.ndarray]], reference: Mapping[str, np.ndarray]
) -> Iterator[Rung]:
    features = {space: reference[ReferenceKey("test", space).encode()] for space in list_spaces(reference)}
    for repeat, (half, _) in enumerate(halves):
        rows = half[: data.size]
        yield Rung(CLEAN, 0, {space: of_test[rows] for space, of_test in features.items()}, repeat)


def _make_corrupted_rungs(data: HeldOutData, nets: Mapping[str, nn.Module], rng: np.random.Generator) -> Iterator[Rung]:
    for name in list_applicable_corruptions(data.dataset):
        for level in LEVELS:
            corrupted = ArrayDataset(CORRUPTIONS[name].corrupt(data, level, rng), device=data.dataset.device)
            yield Rung(name, level, {space: compute_features(net, corrupted) for space, net in nets.items()}, 0)


def _select_data(train_dataset: ArrayDataset, test_dataset: ArrayDataset, rows: np.ndarray) -> HeldOutData:
    labels = None if test_dataset.labels is None else test_dataset.labels[rows]
    dataset = ArrayDataset(np.take(test_dataset.array, rows, axis=0), labels, test_dataset.device)
    drops_classes = "dropped" in list_applicable_corruptions(dataset)
    size = int(select_classes(labels, LEVELS[-1]).sum()) if drops_classes else len(dataset)
    return HeldOutData(dataset, size, train_dataset.array)


def judge_metrics(table: pd.DataFrame) -> pd.DataFrame:
    """Judge whether every metric gets worse with the level of every corruption that it is expected to respond to.

    Args:
        table: corruption, level, space, metric, value; clean data once per repeat.

    Returns:
        `LADDER_COLUMNS`. `noise` is the range over the clean repeats. A metric `responds` to a corruption if no level
        is better than the one before it by more than the noise, and the last is worse than clean data by more than
        the noise. It is `usable` if it responds to all corruptions for which a response is `expected`.
    """
    keys = ["space", "metric"]
    clean = table[table["corruption"] == CLEAN].groupby(keys)["value"].agg(start="first", low="min", high="max")
    steps = table[table["corruption"] != CLEAN].merge(clean.reset_index(), how="left", on=keys)
    steps["noise"] = steps["high"] - steps["low"]
    pairs = zip(steps["metric"], steps["corruption"], strict=True)
    steps["expected"] = [corruption in EXPECTED_RESPONSES.get(metric, ()) for metric, corruption in pairs]
    parts = steps.groupby([*keys, "corruption"], sort=False)
    steps = pd.concat([own.assign(responds=_responds(own)) for _, own in parts]).sort_index()
    as_expected = steps["responds"] | ~steps["expected"]
    steps["usable"] = as_expected.groupby([steps["space"], steps["metric"]]).transform("all")
    return steps[LADDER_COLUMNS]


def _responds(steps: pd.DataFrame) -> bool:
    # memorisation, for which neither direction is better, falls as data are corrupted
    sign = 1 if METRICS[str(steps["metric"].iloc[0])].direction == "lower" else -1
    worse, noise = sign * np.array([steps["start"].iloc[0], *steps["value"]]), steps["noise"].iloc[0]
    return bool((np.diff(worse) >= -noise).all() and worse[-1] - worse[0] > noise)
