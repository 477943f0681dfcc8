"""What a study has to show: the tables and arrays that every figure and the report are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

Made = Mapping[tuple[str, str], np.ndarray]  # (dataset, method or autoencoder) -> what it made
WHOLE = "(all)"  # the layer that stands for a whole network
HISTORY = ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
PROBE = ["dataset", "method", "seed", "stage", "step", "network", "layer", "quantity", "value"]
DYNAMICS = ["dataset", "method", "seed", "stage", "quantity", "index", "value"]
DIAGNOSIS = ["dataset", "method", "seed", "stage", "quantity", "value"]
LADDER = ["dataset", "corruption", "level", "space", "metric", "value", "noise", "expected", "responds", "usable"]
PROFILES = ["method", "multiple", "share", "low", "high"]
DECISIONS = [
    "dataset", "method", "baseline", "role", "regulariser", "loss", "architecture", "precision", "about", "outcome",
    "unit", "effect", "low", "high", "improvement", "improvement_low", "improvement_high", "p", "p_holm", "n",
    "smallest_p", "power", "decision", "flops", "times_flops",
]  # fmt: skip
SAME = "as the baseline"  # the precision of a method that is the one of its baseline
GOALS = (0.9, 0.99)  # accuracies of a fresh discriminator at which methods are compared besides equal steps
GRADES = ["result", "paper", "claim", "criterion", "value", "low", "high", "n", "grade", "setting"]


class Exhibit(NamedTuple):
    """What the first member of a method shows: uint8 pictures (H, W, C), or float32 points (D,)."""

    rounds: np.ndarray  #: (times,) after how many rounds the frames of the film were made
    film: np.ndarray  #: (times, codes, …), from the same codes at all times
    paths: np.ndarray  #: (paths, places, …), from codes between two others
    neighbours: np.ndarray = np.empty(0)  #: (1 + k, samples, …), each sample above the train pictures nearest to it
    usual: np.ndarray = np.empty(0)  #: (1,) the median distance from a test picture to the nearest train picture


@dataclass(frozen=True)
class Study:
    """One finished study. Tables are tidy and may be empty; mappings may be empty.

    Attributes:
        name: the study's name.
        datasets: data sets in the order of the study.
        methods: methods in the order of the study; colours follow it.
        gradients: dataset, method, seed, step, network, layer, quantity, value (0, inf and nan are values).
        verdicts: dataset, method, seed, network, verdict, step, layer, evidence.
        quality: dataset, method, seed, space, metric, value, floor, n.
        cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.
        decisions: dataset, method, baseline, role, regulariser, loss, architecture, precision, about, outcome, unit,
            effect, low, high, improvement, improvement_low, improvement_high, p, p_holm, n, smallest_p, power,
            decision, flops, times_flops; p is NaN of what is counted, not sampled.
        autoencoders: as `gradients`, with `autoencoder` in place of `method`.
        autoencoder_quality: dataset, autoencoder, seed, metric, value, n.
        latents: dataset, autoencoder, seed, x, y, label (nullable).
        samples: (dataset, method) -> uint8 (seeds, n, H, W, C) images, or float32 (seeds, n, D) points.
        originals: dataset -> real data, uint8 (n, H, W, C) or float32 (n, D).
        reconstructions: (dataset, autoencoder) -> the same of the first of `originals`, decoded.
        worst: (dataset, autoencoder) -> uint8 (2, n, H, W, C), the pictures of the test split that are reconstructed
            worst, above what is made of them.
        exhibits: (dataset, method) -> what its first member shows.
        probe: dataset, method, seed, stage, step, network, layer, quantity, value: the generator frozen after `stage`
            rounds, against a fresh discriminator after `step` steps of its own.
        dynamics: dataset, method, seed, stage, quantity, index, value: the game after `stage` rounds. `index` numbers
            eigenvalues and codes, and is 100 times the place on the path of `path_angle` and `path_norm`.
        diagnosis: dataset, method, seed, stage, quantity, value: both of these in a few numbers.
        ladder: dataset, corruption, level, space, metric, value, noise, expected, responds, usable: real data made
            worse, and whether a metric notices.
        profiles: method, multiple, share, low, high: how many runs come how close to the floor of FD-cls.
        reproductions: result, paper, claim, criterion, value, low, high, n, grade, setting: published results.
    """

    name: str
    datasets: tuple[str, ...]
    methods: tuple[str, ...]
    gradients: pd.DataFrame
    verdicts: pd.DataFrame
    quality: pd.DataFrame
    cost: pd.DataFrame
    decisions: pd.DataFrame
    autoencoders: pd.DataFrame
    autoencoder_quality: pd.DataFrame
    latents: pd.DataFrame
    samples: Made
    originals: Mapping[str, np.ndarray]
    reconstructions: Made
    worst: Made = field(default_factory=dict)
    exhibits: Mapping[tuple[str, str], Exhibit] = field(default_factory=dict)
    probe: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PROBE))
    dynamics: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DYNAMICS))
    diagnosis: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DIAGNOSIS))
    ladder: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LADDER))
    profiles: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PROFILES))
    reproductions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=GRADES))


def ordered(values: pd.Series) -> list[str]:
    """List the distinct values of a column as text, in order of first appearance."""
    return [str(value) for value in values.dropna().unique()]


def priced(decisions: pd.DataFrame, cost: pd.DataFrame, price: str) -> pd.DataFrame:
    """Add to decisions what a seed of the arm costs, as `price`, and its multiple of a seed of the baseline, times_….

    Args:
        decisions: dataset, method, baseline.
        cost: dataset, method, seed and the price of each phase.
        price: seconds or flops; phases are summed, and the median is taken over seeds.
    """
    spent = cost.groupby(["dataset", "method", "seed"], observed=True)[price].sum()
    arms = spent.groupby(["dataset", "method"], observed=True).median()
    own, base = (
        arms.reindex(pd.MultiIndex.from_frame(decisions[["dataset", name]])).to_numpy(dtype=float)
        for name in ("method", "baseline")
    )
    return decisions.assign(**{price: own, f"times_{price}": own / base})


def wide(table: pd.DataFrame, index: list[str], columns: str) -> pd.DataFrame:
    """Spread the values of a tidy table over columns; a reading made twice is an error, and NaN is kept."""
    return table.pivot(index=index, columns=columns, values="value")  # noqa: PD010  # pivot_table drops NaN


def as_methods(table: pd.DataFrame) -> pd.DataFrame:
    """Rename `autoencoder` to `method`, so that an autoencoder's table is drawn like a method's."""
    return table.rename(columns={"autoencoder": "method"})
