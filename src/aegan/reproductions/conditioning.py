"""A generator's conditioning goes with its quality (Odena 2018, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from pydantic import PositiveInt
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game
from aegan.probes.conditioning import log_condition
from aegan.reproductions.common import Several, classifier, dcgan, generators, labelled, with_generator
from aegan.reproductions.grading import CONFIDENCE, RESAMPLES, Grade, Reproduction, World
from aegan.training.precision import double_precision
from aegan.training.sampling import generated

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def conditioning(
    *,
    epochs: PositiveInt = 25,
    channels: Several = (64,),
    latent: PositiveInt = 64,
    batch_size: PositiveInt = 64,
    codes: PositiveInt = 64,
    samples: PositiveInt = 10_000,
    classifier_epochs: PositiveInt = 10,
    correlation: float = 0.0,
    runs: PositiveInt = 20,
) -> Reproduction:
    """Correlate the mean log-condition number of generators with the Fréchet distance of what they make (FD-cls).

    The paper's runs differ in nothing but their seed. Where there are several sizes, every seed gives a run of each;
    ranks are then taken among the runs of a size, for a larger network is better and worse conditioned at once.

    Args:
        epochs: passes over the train split.
        channels: feature maps of the convolutional networks at full resolution, each a size.
        latent: numbers per latent code.
        batch_size: images per round.
        codes: codes over which the log-condition number is averaged.
        samples: generated images that are compared with the test split.
        classifier_epochs: passes over the train split of the classifier whose features they are compared in.
        correlation: what Spearman's rank correlation must exceed.
        runs: how many runs there must at least be.
    """

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        train, test = labelled("conditioning", world)
        distance = distance_to(test, classifier(train, classifier_epochs))
        rng = seeding.torch_generator(seed, "conditioning", device=train.device)
        drawn = torch.randn(codes, latent, generator=rng, device=train.device, dtype=torch.float64)
        rows = []
        for size in channels:
            method, found = dcgan(size, latent), {"log_condition": np.nan, "fd": np.nan}
            if weights := generators(method, train, seed, (epochs,), batch_size)[epochs]:  # it has not diverged
                game = with_generator(method, weights, train, seed)
                (made,) = generated({seed: game}, samples, train.device)
                found = {"log_condition": condition(game, drawn), "fd": distance(made)}
            rows.append({"channels": size, **found})
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        value, low, high = rank_correlation(rows)
        enough = len(rows) >= runs
        criterion = f"rank correlation of log-condition number and FD-cls > {correlation:g}, over ≥ {runs} runs"
        return [Grade(criterion, value, low, high, len(rows), bool(low > correlation and enough))]

    return Reproduction(
        paper="Odena et al. 2018, section 3 and figure 3",
        claim="The worse a generator is conditioned, the worse are the images that it makes.",
        measure=measure,
        grade=grade,
        draw=draw,
    )


def distance_to(test: ArrayDataset, judge: nn.Module) -> Callable[[np.ndarray], float]:
    """Make the Fréchet distance of images from the test split, in the features of a classifier."""
    from aegan.metrics.distances import frechet_distance

    features = judge.get_submodule("features")
    real = test.map_batches(features)
    return lambda made: frechet_distance(real, ArrayDataset(made, device=test.device).map_batches(features))


def condition(game: Game, codes: Tensor) -> float:
    """Average the log-condition number of a game's generator over codes (M, K) of float64."""
    generator = game.modules["generator"]
    with double_precision([generator]):
        return float(log_condition(generator, codes).mean())


def rank_correlation(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Correlate the ranks of log-condition number and distance, with a bootstrap interval that resamples seeds.

    Returns:
        The correlation and the ends of its interval: NaN where a run failed, no ends for a single seed.
    """
    runs = np.stack([own[["log_condition", "fd"]].to_numpy() for _, own in rows.groupby("seed")])
    if np.isnan(runs).any():
        return np.nan, np.nan, np.nan
    drawn = np.random.default_rng(0).integers(len(runs), size=(RESAMPLES, len(runs)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile([spearman(runs[seeds]) for seeds in drawn], [tail, 1 - tail])
    return (spearman(runs), float(low), float(high)) if len(runs) > 1 else (spearman(runs), -np.inf, np.inf)


def spearman(runs: np.ndarray) -> float:
    """Correlate the ranks of runs (seeds, sizes, 2), ranked among the seeds of each size; 0 where a side is constant.

    Of a single size it is Spearman's rank correlation. Values may be infinite.
    """
    from scipy.stats import rankdata

    ranks = rankdata(runs, axis=0)
    ranks -= ranks.mean(axis=0)
    scale = np.sqrt((ranks**2).sum(axis=(0, 1)).prod())
    return float(ranks.prod(axis=2).sum() / scale) if scale else 0.0


def draw(rows: pd.DataFrame) -> Figure:
    """Draw every run: its mean log-condition number against its distance."""
    from aegan.figures.reproduction import legend, plate
    from aegan.figures.style import looks, styled

    def drawn() -> Figure:
        figure, (axes,) = plate("one dot per run", [""], 1)
        size = rows["channels"].astype(str)
        for name, look in looks(list(size.unique())).items():
            own = rows[size == name]
            axes.plot(
                own["log_condition"],
                own["fd"],
                look.marker,
                color=look.colour,
                label=f"{name} feature maps",
            )
        axes.set(xlabel="mean log₁₀ of the condition number of JᵀJ", ylabel="FD-cls")
        legend(figure, axes.lines)
        return figure

    return styled(drawn)()
