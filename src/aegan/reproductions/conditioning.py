"""A generator's conditioning correlates with its quality (Odena 2018, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game
from aegan.option_types import BatchSize, Repetitions, SampleCount, Width
from aegan.probes.conditioning import log_condition_numbers
from aegan.reproductions.grading import CONFIDENCE, RESAMPLES, Grade, Reproduction
from aegan.reproductions.inputs import ReproductionData, require_labels
from aegan.reproductions.training import (
    Counts,
    make_dcgan_method,
    make_game_with_generator,
    train_classifier,
    train_generators,
)
from aegan.training.precision import double_precision
from aegan.training.sampling import generate_samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def conditioning(
    *,
    epochs: PositiveInt = 25,
    channels: Counts = (64,),
    latent: Width = 64,
    batch_size: BatchSize = 64,
    codes: SampleCount = 64,
    samples: Annotated[SampleCount, Field(ge=2)] = 10_000,
    classifier_epochs: PositiveInt = 10,
    correlation: float = 0.0,
    runs: Repetitions = 20,
) -> Reproduction:
    """Correlate the mean log-condition number of generators with the Fréchet distance of their samples (FD-cls).

    The paper's runs differ in their seed alone. With several sizes, every seed gives one run of each, and ranks are
    taken among the runs of one size, because a larger network is at once better and worse conditioned.

    Args:
        epochs: passes over the train split.
        channels: feature maps of the convolutional networks at full resolution, one entry per size.
        latent: numbers per latent code.
        batch_size: images per round.
        codes: codes over which the log-condition number is averaged.
        samples: generated images that are compared with the test split.
        classifier_epochs: passes over the train split of the classifier in whose features images are compared.
        correlation: bound that Spearman's rank correlation must exceed.
        runs: least number of runs.
    """

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        train_dataset, test_dataset = require_labels("conditioning", data)
        distance = make_distance_to(test_dataset, train_classifier(train_dataset, classifier_epochs))
        rng = seeding.torch_generator(seed, "conditioning", device=train_dataset.device)
        probe_codes = torch.randn(codes, latent, generator=rng, device=train_dataset.device, dtype=torch.float64)
        rows = []
        for size in channels:
            method, values = make_dcgan_method(size, latent), {"log_condition": np.nan, "fd": np.nan}
            weights = train_generators(method, train_dataset, seed, (epochs,), batch_size)[epochs]
            if weights:  # the run did not diverge
                game = make_game_with_generator(method, weights, train_dataset, seed)
                (generated,) = generate_samples({seed: game}, samples, train_dataset.device)
                values = {"log_condition": mean_log_condition(game, probe_codes), "fd": distance(generated)}
            rows.append({"channels": size, **values})
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        value, low, high = correlate_ranks(rows)
        enough = len(rows) >= runs
        criterion = f"rank correlation of log-condition number and FD-cls > {correlation:g}, over ≥ {runs} runs"
        return [Grade(criterion, value, low, high, len(rows), bool(low > correlation and enough))]

    return Reproduction(
        paper="Odena et al. 2018, section 3 and figure 3",
        claim="The worse a generator is conditioned, the worse are the images that it makes.",
        measure=measure,
        grade=grade,
        draw=draw,
        data=("MNIST",),
        differences=(
            "DCGAN's networks and optimiser, without BatchNorm",
            "pixels in [0, 1] instead of [−1, 1]",
        ),
    )


def make_distance_to(test_dataset: ArrayDataset, classifier: nn.Module) -> Callable[[np.ndarray], float]:
    """Return the Fréchet distance of images (N, H, W, C) from the test split, in the features of a classifier."""
    from aegan.metrics.distances import frechet_distance

    features = classifier.get_submodule("features")
    real = test_dataset.map_batches(features)
    return lambda images: frechet_distance(real, ArrayDataset(images, device=test_dataset.device).map_batches(features))


def mean_log_condition(game: Game, codes: Tensor) -> float:
    """Return the mean log10 condition number of a game's generator over codes (M, K) in float64."""
    generator = game.modules["generator"]
    with double_precision([generator]):
        return float(log_condition_numbers(generator, codes).mean())


def correlate_ranks(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Correlate the ranks of log-condition number and distance, with a bootstrap interval over seeds.

    Returns:
        The correlation and the ends of its interval: all NaN if a run failed, ends ∓∞ for a single seed.
    """
    runs = np.stack([own[["log_condition", "fd"]].to_numpy() for _, own in rows.groupby("seed")])
    if np.isnan(runs).any():
        return np.nan, np.nan, np.nan
    resampled = np.random.default_rng(0).integers(len(runs), size=(RESAMPLES, len(runs)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile([rank_correlation(runs[seeds]) for seeds in resampled], [tail, 1 - tail])
    return (
        (rank_correlation(runs), float(low), float(high))
        if len(runs) > 1
        else (rank_correlation(runs), -np.inf, np.inf)
    )


def rank_correlation(runs: np.ndarray) -> float:
    """Correlate the ranks of runs (seeds, sizes, 2), ranked among the seeds of each size; 0 if one side is constant.

    For a single size it is Spearman's rank correlation. Values may be infinite.
    """
    from scipy.stats import rankdata

    ranks = rankdata(runs, axis=0)
    ranks -= ranks.mean(axis=0)
    scale = np.sqrt((ranks**2).sum(axis=(0, 1)).prod())
    return float(ranks.prod(axis=2).sum() / scale) if scale else 0.0


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the mean log-condition number of every run against its distance."""
    from aegan.figures.reproduction import add_legend, make_panels
    from aegan.figures.style import assign_looks

    figure, (axes,) = make_panels("one dot per run", [""], 1)
    size = rows["channels"].astype(str)
    for name, look in assign_looks(list(size.unique())).items():
        own = rows[size == name]
        axes.plot(
            own["log_condition"],
            own["fd"],
            look.marker,
            color=look.colour,
            label=f"{name} feature maps",
        )
    axes.set(xlabel="mean log₁₀ of the condition number of JᵀJ", ylabel="FD-cls")
    add_legend(figure, axes.lines)
    return figure
