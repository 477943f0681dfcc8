"""How far apart the distributions are that the seeds of one method generate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from aegan import seeding
from aegan.metrics.blocks import BLOCK
from aegan.metrics.moments import SPREAD, Moments, moments_distance, moments_of

COLUMNS = ["seed", "space", "metric", "value", "floor", "n"]


def packed(seed: int, space: str, count: int, moments: Moments | None) -> dict[str, np.ndarray]:
    """Name the moments of what a seed generates, to be stored; of one that diverged there is the count alone."""
    known = {} if moments is None else {"mean": moments.mean, "root": moments.root}
    return {f"{seed}/{space}/{part}": value for part, value in {"samples": np.array(count), **known}.items()}


def run_spread(kept: Mapping[str, np.ndarray], floor: pd.DataFrame) -> pd.DataFrame:
    """Measure for every seed the median Fréchet distance from what it generates to what the other seeds do.

    Args:
        kept: what `packed` gave, of all seeds of a method.
        floor: space, metric, floor.

    Returns:
        `COLUMNS`; no rows of a single seed. The value is NaN for a seed that diverged, or whose siblings all did.
    """
    runs = sorted({(space, int(seed)) for seed, space, _ in (key.split("/") for key in kept)})
    rows = []
    for space in dict.fromkeys(space for space, _ in runs):
        seeds = [seed for of, seed in runs if of == space]
        if len(seeds) > 1:
            counts = [int(kept[f"{seed}/{space}/samples"]) for seed in seeds]
            medians = _medians([_unpacked(kept, seed, space) for seed in seeds])
            rows += [(seed, space, SPREAD, *own) for seed, *own in zip(seeds, medians, counts, strict=True)]
    table = pd.DataFrame(rows, columns=[*COLUMNS[:4], "n"])
    return table.merge(floor, how="left", on=["space", "metric"])[COLUMNS]


def _unpacked(kept: Mapping[str, np.ndarray], seed: int, space: str) -> Moments | None:
    samples, mean, root = (kept.get(f"{seed}/{space}/{part}") for part in Moments._fields)
    return None if samples is None or mean is None or root is None else Moments(int(samples), mean, root)


def _medians(runs: Sequence[Moments | None]) -> list[float]:
    distances = np.full((len(runs), len(runs)), np.nan)
    for (i, one), (j, other) in combinations(enumerate(runs), 2):
        if one and other:
            distances[i, j] = distances[j, i] = moments_distance(one, other)
    known = [row[np.isfinite(row)] for row in distances]
    return [float(np.median(row)) if len(row) else float("nan") for row in known]


def spread_floor(real: np.ndarray, count: int) -> dict[str, float]:
    """Measure the same of real data: between two draws of `count` from features (N, D), with replacement.

    That is the spread of seeds which have all learned the distribution of these very data.
    """
    rng = seeding.numpy_generator(seeding.YARDSTICK, "spread")
    sizes = [min(BLOCK, count - start) for start in range(0, count, BLOCK)]
    draws = [moments_of(real[np.sort(rng.integers(len(real), size=size))] for size in sizes) for _ in range(2)]
    return {SPREAD: moments_distance(*draws)}
