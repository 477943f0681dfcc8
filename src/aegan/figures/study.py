"""What a study has to show: the tables and arrays that every figure and the report are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Images = Mapping[tuple[str, str], np.ndarray]
WHOLE = "(all)"  # the layer that stands for a whole network


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
        decisions: dataset, method, baseline, outcome, unit, effect, low, high, p, p_holm, n, smallest_p, decision.
        autoencoders: as `gradients`, with `autoencoder` in place of `method`.
        autoencoder_quality: dataset, autoencoder, seed, metric, value, n.
        latents: dataset, autoencoder, seed, x, y, label (nullable).
        samples: (dataset, method) -> uint8 (seeds, n, H, W, C).
        originals: (dataset, autoencoder) -> uint8 (n, H, W, C).
        reconstructions: (dataset, autoencoder) -> uint8 (n, H, W, C), paired with `originals`.
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
    samples: Images
    originals: Images
    reconstructions: Images


def ordered(values: pd.Series) -> list[str]:
    """List the distinct values of a column as text, in order of first appearance."""
    return [str(value) for value in values.dropna().unique()]


def as_methods(table: pd.DataFrame) -> pd.DataFrame:
    """Rename `autoencoder` to `method`, so that an autoencoder's table is drawn like a method's."""
    return table.rename(columns={"autoencoder": "method"})
