"""The schema of a study: the tables and arrays that the figures and the report are made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.tables import (
    CODE_QUALITY_COLUMNS,
    DYNAMICS_COLUMNS,
    GRADE_COLUMNS,
    HISTORY_COLUMNS,
    LADDER_COLUMNS,
    LEFT_OUT_COLUMNS,
    MEMBER,
    PROBE_COLUMNS,
    PROJECTION_COLUMNS,
    QUALITY_COLUMNS,
)

#: (dataset, method or autoencoder) -> the array that it produced
ArraysByRun = Mapping[tuple[str, str], np.ndarray]

RUN = MEMBER[:2]
AUTOENCODER = ["dataset", "autoencoder"]
STAGE = [*MEMBER, "stage"]
HISTORY = [*RUN, *HISTORY_COLUMNS]
QUALITY = [*RUN, *QUALITY_COLUMNS]
PROBE = [*RUN, *PROBE_COLUMNS]
DYNAMICS = [*RUN, *DYNAMICS_COLUMNS]
DIAGNOSIS = [*STAGE, "quantity", "value"]
LADDER = ["dataset", *LADDER_COLUMNS]
LEFT_OUT = ["dataset", *LEFT_OUT_COLUMNS]
PAIRS = [*RUN, "baseline", "outcome", "seed", "value", "baseline_value"]
MECHANISM = [
    *(*RUN, "baseline", "reading", "part", "unit", "effect", "low", "high", "p", "p_adjusted"),
    *("n", "left_out", "bearing"),
]
PROFILES = ["datasets", "method", "multiple", "share", "low", "high"]
AUTOENCODER_HISTORY = [*AUTOENCODER, *HISTORY_COLUMNS]
AUTOENCODER_QUALITY = [*AUTOENCODER, *CODE_QUALITY_COLUMNS]
LATENTS = [*AUTOENCODER, *PROJECTION_COLUMNS]


class QualitativeSamples(NamedTuple):
    """Qualitative samples of a method's first member: uint8 images (H, W, C), or float32 points (D,)."""

    rounds: np.ndarray  #: (times,) the rounds of training after which the frames of the film were made
    film: np.ndarray  #: (times, codes, …), generated from the same codes at all times
    paths: np.ndarray  #: (paths, places, …), generated from codes between two others
    neighbours: np.ndarray = np.empty(0)  #: (1 + k, samples, …), each sample above the train images nearest to it
    usual: np.ndarray = np.empty(0)  #: (1,) the median distance from a test image to the nearest train image


@dataclass(frozen=True)
class Study:
    """The results of a study. Tables are tidy and may be empty; mappings may be empty.

    Attributes:
        name: the study's name.
        datasets: data sets in the order of the study.
        methods: methods in the order of the study; colours follow it.
        gradients: dataset, method, seed, step, network, layer, quantity, value (0, inf and nan are values).
        verdicts: dataset, method, seed, network, verdict, step, layer, evidence.
        quality: dataset, method, seed, space, metric, value, floor, n.
        cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.
        decisions: dataset, method, baseline, role, regulariser, loss, architecture, precision, role_options,
            baseline_role, baseline_architecture, parameters, baseline_parameters, differs, about, replicates, shallow,
            outcome, unit, family, effect, low, high, improvement, improvement_low, improvement_high, p, p_adjusted,
            p_equivalence, p_equivalence_adjusted, n, tied, smallest_p, power, decision, flops, times_flops; p is NaN
            for counted outcomes.
        pairs: dataset, method, baseline, outcome, seed, value, baseline_value: what each decision rests on; NaN for a
            member that diverged.
        autoencoders: as `gradients`, with `autoencoder` in place of `method`.
        autoencoder_quality: dataset, autoencoder, seed, metric, value, n.
        latents: dataset, autoencoder, seed, x, y, label (nullable).
        samples: (dataset, method) -> uint8 (seeds, n, H, W, C) images, or float32 (seeds, n, D) points.
        originals: dataset -> real data, uint8 (n, H, W, C) or float32 (n, D).
        raw_data: dataset -> the first rows of each class of the train split, likewise.
        raw_labels: dataset -> int64 (n,), the class numbers of these rows, or (0,) for unlabelled data.
        manifests: dataset -> its manifest: shape, classes, value range, rows of each split, source.
        shown_channels: dataset -> the channels drawn as red, green and blue, where the config chooses them.
        reconstructions: (dataset, autoencoder) -> reconstructions of the first of `originals`, likewise.
        worst_reconstructions: (dataset, autoencoder) -> uint8 (2, n, H, W, C), the images of the test split with the
            largest reconstruction error, above their reconstructions.
        qualitative_samples: (dataset, method) -> the samples of its first member.
        metric_labels: metric -> its label and which direction is better: lower, higher, or "" for neither.
        reconstruction_metrics: metrics of `autoencoder_quality` that measure reconstructions; the others measure codes.
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value: the generator frozen after
            `stage` rounds, against a fresh discriminator after `step` steps of its own against one kind of fakes.
        dynamics: dataset, method, seed, stage, quantity, index, value: the game after `stage` rounds. `index` numbers
            eigenvalues and codes, and is 100 times the place on the path of `path_angle` and `path_norm`.
        diagnosis: dataset, method, seed, stage, quantity, value: a summary of `probe` and `dynamics`.
        ladder: dataset, corruption, level, space, metric, value, noise, expected, responds, usable: corrupted real
            data, and whether a metric responds.
        left_out: dataset, metric, needed, found: metrics that need more samples than there are.
        mechanism: dataset, method, baseline, reading, part, unit, effect, low, high, p, p_adjusted, n, left_out,
            bearing: in which parts the gradient of a method differs from that of its baseline.
        profiles: datasets, method, multiple, share, low, high: the share of runs within a multiple of the floor of
            FD-cls, over the data sets that run the same methods.
        pairs: dataset, method, baseline, outcome, seed, value, baseline_value: the values behind each decision.
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
    samples: ArraysByRun
    originals: Mapping[str, np.ndarray]
    reconstructions: ArraysByRun
    raw_data: Mapping[str, np.ndarray] = field(default_factory=dict)
    raw_labels: Mapping[str, np.ndarray] = field(default_factory=dict)
    manifests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shown_channels: Mapping[str, Sequence[int]] = field(default_factory=dict)
    worst_reconstructions: ArraysByRun = field(default_factory=dict)
    qualitative_samples: Mapping[tuple[str, str], QualitativeSamples] = field(default_factory=dict)
    metric_labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reconstruction_metrics: Collection[str] = ()
    probe: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PROBE))
    dynamics: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DYNAMICS))
    diagnosis: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DIAGNOSIS))
    ladder: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LADDER))
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LEFT_OUT))
    pairs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PAIRS))
    mechanism: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MECHANISM))
    profiles: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PROFILES))
    reproductions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=GRADE_COLUMNS))
