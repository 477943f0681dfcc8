"""Seed variability: the distance between the distributions that the seeds of one method generate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.metrics.blocks import BLOCK
from aegan.metrics.moments import SEED_SPREAD, Moments, compute_block_moments, moments_distance
from aegan.metrics.registry import METRICS
from aegan.tables import QUALITY_COLUMNS


def pack_moments(seed: int, space: str, count: int, moments: Moments | None) -> dict[str, np.ndarray]:
    """Name the moments of what a seed generates, for a file; a seed that diverged has only its sample count.

    Args:
        seed: the member.
        space: the feature space.
        count: samples.
        moments: mean (D,) and root of the scatter of their features; None for a seed that diverged.

    Returns:
        "{seed}/{space}/{part}" -> array.
    """
    arrays = {} if moments is None else {"mean": moments.mean, "root": moments.root}
    return {f"{seed}/{space}/{part}": value for part, value in {"samples": np.array(count), **arrays}.items()}


def measure_seed_variability(moments: Mapping[str, np.ndarray], floor: pd.DataFrame) -> pd.DataFrame:
    """Measure for every seed the median Fréchet distance of its samples to those of each other seed.

    Args:
        moments: the arrays of `pack_moments` of all seeds of a method; features have D dimensions, means (D,).
        floor: space, metric, floor.

    Returns:
        `QUALITY_COLUMNS`, with one row per seed and space; no rows for a single seed, or for too few samples. The value
        is NaN for a seed that diverged, or if all others did.
    """
    runs = sorted({(space, int(seed)) for seed, space, _ in (key.split("/") for key in moments)})
    rows = []
    for space in dict.fromkeys(space for space, _ in runs):
        seeds = [seed for of, seed in runs if of == space]
        counts = [int(moments[f"{seed}/{space}/samples"]) for seed in seeds]
        if len(seeds) > 1 and min(counts) >= METRICS[SEED_SPREAD].min_samples:
            medians = _median_distances([_unpack_moments(moments, seed, space) for seed in seeds])
            rows += [(seed, space, SEED_SPREAD, *own) for seed, *own in zip(seeds, medians, counts, strict=True)]
    table = pd.DataFrame(rows, columns=[*QUALITY_COLUMNS[:4], "n"])
    return table.merge(floor, how="left", on=["space", "metric"])[QUALITY_COLUMNS]


def _unpack_moments(packed: Mapping[str, np.ndarray], seed: int, space: str) -> Moments | None:
    samples, mean, root = (packed.get(f"{seed}/{space}/{part}") for part in Moments._fields)
    return None if samples is None or mean is None or root is None else Moments(int(samples), mean, root)


def _median_distances(runs: Sequence[Moments | None]) -> list[float]:
    distances = np.full((len(runs), len(runs)), np.nan)
    for (i, one), (j, other) in combinations(enumerate(runs), 2):
        if one and other:
            distances[i, j] = distances[j, i] = moments_distance(one, other)
    finite = [row[np.isfinite(row)] for row in distances]
    return [float(np.median(row)) if len(row) else float("nan") for row in finite]


def measure_variability_floor(real: np.ndarray, count: int) -> dict[str, float]:
    """Measure the distance between two draws of `count` from real features (N, D), with replacement.

    It is the variability of seeds that have all learned the empirical distribution of these data; empty for too small a
    count.
    """
    if count < METRICS[SEED_SPREAD].min_samples:
        return {}
    rng = seeding.numpy_generator(seeding.YARDSTICK, "spread")
    sizes = [min(BLOCK, count - start) for start in range(0, count, BLOCK)]
    draws = [
        compute_block_moments(real[np.sort(rng.integers(len(real), size=size))] for size in sizes) for _ in range(2)
    ]
    return {SEED_SPREAD: moments_distance(*draws)}
