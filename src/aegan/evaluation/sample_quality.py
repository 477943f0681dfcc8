"""How generated data compare with real ones: floors, and the rows of quality tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.code_quality import Codes, code_quality
from aegan.evaluation.feature_spaces import TAKEN, drawn_rows, embedded
from aegan.evaluation.latent_prior import load_autoencoder
from aegan.evaluation.seed_variability import packed, spread_floor
from aegan.games.game import Game
from aegan.metrics.blocks import blocks_of
from aegan.metrics.features import Features, features_of
from aegan.metrics.memorisation import Splits
from aegan.metrics.registry import CLASSES, DISTRIBUTION, MEMORY, WHOLE, fidelity, memory, quality
from aegan.training.sampling import reconstructed

NO_QUALITY = dict.fromkeys([*(name for entry in DISTRIBUTION.values() for name in entry.better), *MEMORY], float("nan"))


class Known(NamedTuple):
    """Features of real data in one space."""

    splits: Splits  #: all of the train split, usually a memory map, and the rows of the test split that are at hand
    test: Features


def known(reference: Mapping[str, np.ndarray], subset: int) -> dict[str, Known]:
    """Return the real features by space.

    Args:
        reference: features by split and space, as in "test/random".
        subset: rows of the test split that are looked at one by one or pair by pair.
    """
    spaces = [key.removeprefix("test/") for key in reference if key.startswith("test/")]
    tests = {space: reference[f"test/{space}"] for space in spaces}
    at_hand = {
        space: features_of(test, drawn_rows(len(test), subset, seeding.YARDSTICK)) for space, test in tests.items()
    }
    return {space: Known(Splits(reference[f"train/{space}"], test.drawn), test) for space, test in at_hand.items()}


def measure_floor(reference: Mapping[str, np.ndarray], count: int, subset: int) -> pd.DataFrame:
    """Compare real data with real ones: the best any generator of `count` images or points can be expected to reach.

    What samples owe to the train split is measured of one half of the test split, and known by the other.

    Args:
        reference: features by split and space.
        count: samples per member, no more than the train split has.
        subset: those of them that are looked at one by one or pair by pair.

    Returns:
        space, metric, floor.
    """
    rng = seeding.numpy_generator(seeding.YARDSTICK, "floor")
    sizes = {key.partition("/")[0]: len(features) for key, features in reference.items()}
    drawn, order = rng.choice(sizes["train"], count, replace=False), rng.permutation(sizes["test"])[: 2 * subset]
    rows = []
    for space, (splits, test) in known(reference, subset).items():
        measured = compared(space, test, _taken(splits.train, drawn, subset), rng)
        if space != TAKEN:
            known_half, asked_half = np.array_split(reference[f"test/{space}"][order], 2)
            measured |= memory(Splits(splits.train, known_half), asked_half)
            measured |= spread_floor(splits.train, count)
        rows += [{"space": space, "metric": metric, "floor": value} for metric, value in measured.items()]
    return pd.DataFrame(rows)


def _taken(features: np.ndarray, drawn: np.ndarray, subset: int) -> Features:
    return Features(len(drawn), lambda: (features[part] for part in blocks_of(drawn)), features[drawn[:subset]])


def compared(space: str, real: Features, fake: Features, rng: np.random.Generator) -> dict[str, float]:
    """Compute the distribution metrics that a space has."""
    return quality(real, fake, rng, CLASSES if space == TAKEN else DISTRIBUTION)


def measured(space: str, real: Known, fake: Features, rng: np.random.Generator) -> dict[str, float]:
    """Compute all that is measured of samples in a space; what they owe to train data only where it has distances."""
    copied = {} if space == TAKEN else memory(real.splits, fake.drawn)
    return compared(space, real.test, fake, rng) | copied


class Evaluated(NamedTuple):
    """What the evaluation of a cohort gives."""

    quality: pd.DataFrame  #: seed, space, metric, value, floor, n
    moments: dict[str, np.ndarray]  #: of what each seed generates, for `run_spread`


def evaluate_cohort(
    nets: Mapping[str, nn.Module],
    seeds: Sequence[int],
    samples: np.ndarray,
    reconstructions: np.ndarray,
    test: ArrayDataset,
    reference: Mapping[str, np.ndarray],
    floor: pd.DataFrame,
    subset: int,
    classes: np.ndarray | None = None,
) -> Evaluated:
    """Measure what every member makes, in memory that does not grow with the number of samples.

    Args:
        nets: feature space -> net.
        seeds: the members.
        samples: uint8 (seeds, n, H, W, C) generated images or float32 (seeds, n, D) points, compared with the test
            split in every space.
        reconstructions: (seeds, N or 0, …) of the first of the test split, compared number by number.
        test: the test split.
        reference: real features by split and space.
        floor: what `measure_floor` measured.
        subset: samples that are looked at one by one or pair by pair.
        classes: (seeds, N or 0) that the first of the test split were taken for.
    """
    real, tables = known(reference, subset), []
    moments: dict[str, np.ndarray] = {}
    for position, seed in enumerate(seeds):
        generated, kept = sample_quality(nets, ArrayDataset(samples[position], device=test.device), real, seed, subset)
        paired = reconstruction_quality(test.array[: reconstructions.shape[1]], reconstructions[position])
        told = classification_quality(test.labels, () if classes is None else classes[position])
        tables.append(pd.concat([table for table in (generated, paired, told) if len(table)]).assign(seed=seed))
        moments |= kept
    table = pd.concat(tables, ignore_index=True).merge(floor, how="left", on=["space", "metric"])
    return Evaluated(table[["seed", "space", "metric", "value", "floor", "n"]], moments)


def sample_quality(
    nets: Mapping[str, nn.Module], samples: ArrayDataset, real: Mapping[str, Known], seed: int, subset: int
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Compare generated data with both splits in every feature space: space, metric, value, n; and their moments.

    Points of a diverged member that are not finite have a quality that is no number.
    """
    rows = []
    moments: dict[str, np.ndarray] = {}
    finite = all(np.isfinite(block).all() for block in blocks_of(samples.array))
    for space, net in nets.items():
        rng, fake = seeding.numpy_generator(seed, "evaluation", space), embedded(net, samples, subset, seed)
        values = measured(space, real[space], fake, rng) if finite else NO_QUALITY
        counts = {metric: fake.count if metric in WHOLE else len(fake.drawn) for metric in values}
        rows += [{"space": space, "metric": m, "value": v, "n": counts[m]} for m, v in values.items()]
        if space != TAKEN:
            moments |= packed(seed, space, fake.count, fake.moments if finite else None)
    return pd.DataFrame(rows), moments


def reconstruction_quality(originals: np.ndarray, reconstructions: np.ndarray) -> pd.DataFrame:
    """Compare images (N, H, W, C) or points (N, D) with their reconstructions: space, metric, value, n."""
    measured = fidelity(originals, reconstructions) if len(reconstructions) else {}
    space = "points" if originals.ndim == 2 else "pixels"
    rows = [{"space": space, "metric": m, "value": v, "n": len(reconstructions)} for m, v in measured.items()]
    return pd.DataFrame(rows, columns=["space", "metric", "value", "n"])


def classification_quality(labels: np.ndarray | None, classes: np.ndarray | Sequence[int]) -> pd.DataFrame:
    """Compare the classes (N,) that the first rows were taken for with their labels: space, metric, value, n."""
    if labels is None or len(classes) == 0:
        return pd.DataFrame()
    right = float((labels[: len(classes)] == classes).mean())
    return pd.DataFrame([{"space": "labels", "metric": "accuracy", "value": right, "n": len(classes)}])


class Measured(NamedTuple):
    """What the evaluation of an autoencoder gives."""

    quality: pd.DataFrame  #: seed, metric, value, n
    reconstructions: np.ndarray  #: (seeds, N, …) of the test split, each like a row of it
    projection: pd.DataFrame  #: seed, x, y, label


def evaluate_autoencoder(
    chosen: Mapping[str, Any], seeds: Sequence[int], weights: Path | str, test: ArrayDataset, codes: Codes
) -> Measured:
    """Measure what each seed's autoencoder makes of the test split, and project its codes for a scatter plot.

    Args:
        chosen: the resolved entry of `autoencoders`.
        seeds: the members.
        weights: what the autoencoder phase wrote.
        test: the test split.
        codes: of both splits; their test codes are those of `test`.
    """
    autoencoders = {seed: load_autoencoder(chosen, test.sample_shape, seed, weights).to(test.device) for seed in seeds}
    decoded = reconstructed({seed: Game(players=(), reconstruct=own) for seed, own in autoencoders.items()}, test)
    tables = []
    for position, (seed, autoencoder) in enumerate(autoencoders.items()):
        paired = reconstruction_quality(test.array, decoded[position]).drop(columns="space")
        coded = code_quality(autoencoder, test, codes, position)
        tables.append(pd.concat([paired, coded]).assign(seed=seed))
    measured = pd.concat(tables, ignore_index=True)[["seed", "metric", "value", "n"]]
    return Measured(measured, decoded, project(seeds, codes.test, test.labels))


def project(seeds: Sequence[int], codes: np.ndarray, labels: np.ndarray | None) -> pd.DataFrame:
    """Project codes (seeds, N, code) on their first two principal components: seed, x, y, label (empty if unknown)."""
    from sklearn.decomposition import PCA

    tables = []
    for seed, of_seed in zip(seeds, codes, strict=True):
        pca = PCA(n_components=min(2, of_seed.shape[1]), svd_solver="full")
        plane = np.zeros((len(of_seed), 2))
        plane[:, : pca.n_components] = pca.fit_transform(of_seed.astype(np.float64))
        tables.append(pd.DataFrame({"seed": seed, "x": plane[:, 0], "y": plane[:, 1], "label": labels}))
    return pd.concat(tables, ignore_index=True)
