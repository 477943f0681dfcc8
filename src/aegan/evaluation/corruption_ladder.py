"""The corruption ladder: which metrics get worse, step by step, as real data are made worse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import embed
from aegan.evaluation.sample_quality import Known, measured
from aegan.metrics.features import features_of
from aegan.metrics.memorisation import Splits
from aegan.metrics.registry import BETTER

LEVELS = (1, 2, 3, 4)
COLUMNS = ["corruption", "level", "space", "metric", "value", "noise", "expected", "responds", "usable"]
CLEAN = "none"

#: rows of either half of the test split; more would only take longer, fewer than the last have no neighbourhoods
MOST, FEWEST = 5000, 6
#: clean halves that the noise of a metric is read from
REPEATS = 3


class Subject(NamedTuple):
    """What is made worse: held-out data, of which `taken` rows are used, and the data that copies come from."""

    rows: ArrayDataset
    taken: int
    train: np.ndarray

    @property
    def array(self) -> np.ndarray:
        """The rows that are taken where none is left out."""
        return self.rows.array[: self.taken]


Corrupt = Callable[[Subject, int, np.random.Generator], np.ndarray]


class Corruption(NamedTuple):
    """A way to make data worse at a level from 1 to 4, and the metrics that must see it."""

    corrupt: Corrupt
    seen_by: tuple[str, ...]


def blur(subject: Subject, level: int, _: np.random.Generator) -> np.ndarray:
    """Blur images: σ grows by one pixel per level at a side of 28."""
    sigma = level * min(subject.array.shape[1:3]) / 28
    blurred: np.ndarray = gaussian_filter(subject.array.astype(np.float32), (0, sigma, sigma, 0))
    return blurred.round().astype(np.uint8)


def noise(subject: Subject, level: int, rng: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise: half the data's standard deviation per level."""
    noisy: np.ndarray = subject.array + level / 2 * subject.array.std() * rng.normal(size=subject.array.shape)
    return noisy.round().clip(0, 255).astype(np.uint8) if subject.array.dtype == np.uint8 else noisy.astype(np.float32)


def dropped(subject: Subject, level: int, _: np.random.Generator) -> np.ndarray:
    """Leave out classes: an eighth of them per level."""
    left: np.ndarray = subject.rows.array[_kept(subject.rows.labels, level)]
    return left[: subject.taken]


def duplicates(subject: Subject, level: int, _: np.random.Generator) -> np.ndarray:
    """Repeat data: half as many distinct rows per level."""
    return subject.array[np.arange(subject.taken) % max(1, subject.taken >> level)]


def copies(subject: Subject, level: int, rng: np.random.Generator) -> np.ndarray:
    """Copy train data: a quarter of the rows per level."""
    replaced = subject.taken * level // 4
    drawn = np.sort(rng.integers(len(subject.train), size=replaced))
    return np.concatenate([np.take(subject.train, drawn, axis=0), subject.array[replaced:]])


def _kept(labels: np.ndarray | None, level: int) -> np.ndarray:
    classes = np.unique(np.asarray(labels))
    return ~np.isin(np.asarray(labels), classes[: -(-len(classes) * level // 8)])


QUALITY = ("fd", "fd_infinity", "kid", "precision", "density", "coverage")
VARIETY = ("fd", "recall", "coverage")
CORRUPTIONS: dict[str, Corruption] = {
    "blur": Corruption(blur, QUALITY),
    "noise": Corruption(noise, QUALITY),
    "dropped": Corruption(dropped, (*VARIETY, "fd_infinity", "kid", "class_kl", "class_coverage")),
    "duplicates": Corruption(duplicates, VARIETY),  # the others are without bias, or look at single samples
    "copies": Corruption(copies, ("memorisation",)),
}


def fitting(rows: ArrayDataset) -> list[str]:
    """List the corruptions that data can have: points have no blur, and data of one class none to leave out."""
    lacking = {"blur"} if rows.array.ndim == 2 else set()
    if rows.labels is None or len(np.unique(rows.labels)) < 2:
        lacking.add("dropped")
    return [name for name in CORRUPTIONS if name not in lacking]


def measure_ladder(
    nets: Mapping[str, nn.Module], train: ArrayDataset, test: ArrayDataset, reference: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Compare one half of the test split, made worse and worse, with the other half, and judge every metric.

    All levels of all corruptions have equal counts: as many rows as are left when the most classes are left out.

    Args:
        nets: feature space -> net.
        train: the train split.
        test: the test split.
        reference: the features of both splits, as `reference_blocks` names them.

    Returns:
        `COLUMNS`, see `judged`; no rows of data too few to judge by.
    """
    rng = seeding.numpy_generator(seeding.YARDSTICK, "ladder")
    half = min(len(test) // 2, MOST)
    halves = [np.split(rng.permutation(len(test))[: 2 * half], 2) for _ in range(REPEATS)]
    subject = _subject(train, test, halves[0][0])
    if subject.taken < FEWEST:
        return pd.DataFrame(columns=COLUMNS)

    @cache
    def real(space: str, repeat: int) -> Known:
        other = features_of(reference[f"test/{space}"][halves[repeat][1]])
        return Known(Splits(reference[f"train/{space}"], other.drawn), other)

    rows = []
    for rung in chain(_clean(subject, halves, reference), _corrupted(subject, nets, rng)):
        for space in nets:
            found = measured(space, real(space, rung.repeat), features_of(rung.features[space]), rng)
            rows += [(rung.corruption, rung.level, space, metric, value) for metric, value in found.items()]
    return judged(pd.DataFrame(rows, columns=COLUMNS[:5]))


class Rung(NamedTuple):
    """Data at one level: their features by space, and in which repeat's other half is what they are compared with."""

    corruption: str
    level: int
    features: Mapping[str, np.ndarray]
    repeat: int


def _clean(
    subject: Subject, halves: Sequence[Sequence[np.ndarray]], reference: Mapping[str, np.ndarray]
) -> Iterator[Rung]:
    known = {key.removeprefix("test/"): value for key, value in reference.items() if key.startswith("test/")}
    for repeat, (own, _) in enumerate(halves):
        yield Rung(CLEAN, 0, {space: features[own[: subject.taken]] for space, features in known.items()}, repeat)


def _corrupted(subject: Subject, nets: Mapping[str, nn.Module], rng: np.random.Generator) -> Iterator[Rung]:
    for name in fitting(subject.rows):
        for level in LEVELS:
            made = ArrayDataset(CORRUPTIONS[name].corrupt(subject, level, rng), device=subject.rows.device)
            yield Rung(name, level, {space: embed(net, made) for space, net in nets.items()}, 0)


def _subject(train: ArrayDataset, test: ArrayDataset, taken: np.ndarray) -> Subject:
    labels = None if test.labels is None else test.labels[taken]
    rows = ArrayDataset(np.take(test.array, taken, axis=0), labels, test.device)
    count = int(_kept(labels, LEVELS[-1]).sum()) if "dropped" in fitting(rows) else len(rows)
    return Subject(rows, count, train.array)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Judge every metric of a ladder: whether it gets worse with the level of every corruption that it must see.

    Args:
        table: corruption, level, space, metric, value; the clean data once for every repeat.

    Returns:
        `COLUMNS`. `noise` is the range over the clean repeats. A metric `responds` to a corruption if no level is
        better than the one before it by more than the noise, and the last is worse than clean data by more than that.
        It is `usable` if it responds to all corruptions of which that is `expected`.
    """
    keys = ["space", "metric"]
    clean = table[table["corruption"] == CLEAN].groupby(keys)["value"].agg(start="first", low="min", high="max")
    steps = table[table["corruption"] != CLEAN].merge(clean.reset_index(), how="left", on=keys)
    steps["noise"] = steps["high"] - steps["low"]
    steps["expected"] = [m in CORRUPTIONS[c].seen_by for m, c in zip(steps["metric"], steps["corruption"], strict=True)]
    parts = steps.groupby([*keys, "corruption"], sort=False)
    steps = pd.concat([own.assign(responds=_responds(own)) for _, own in parts]).sort_index()
    fine = steps["responds"] | ~steps["expected"]
    steps["usable"] = fine.groupby([steps["space"], steps["metric"]]).transform("all")
    return steps[COLUMNS]


def _responds(steps: pd.DataFrame) -> bool:
    # what has no better side, memorisation, falls as data are made worse
    sign = 1 if BETTER[str(steps["metric"].iloc[0])] == "lower" else -1
    worse, noise = sign * np.array([steps["start"].iloc[0], *steps["value"]]), steps["noise"].iloc[0]
    return bool((np.diff(worse) >= -noise).all() and worse[-1] - worse[0] > noise)
