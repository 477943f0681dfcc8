"""A discriminator trained from scratch against frozen generators of several ages (Arjovsky & Bottou 2017, section 2).

The experiment behind the paper's figures 1 to 3, which `vanishing` and `instability` grade.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import PositiveInt
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.frozen_generator import FrozenGeneratorProbe, freeze_generator
from aegan.option_types import BatchSize, Repetitions, Width
from aegan.probes.schedules import Schedule, logarithmic
from aegan.reproductions.training import (
    DCGAN_OPTIMISER,
    Counts,
    make_dcgan_method,
    make_game_with_generator,
    train_game,
    train_generators,
)
from aegan.tables import WHOLE_NETWORK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: quantity of the table -> the key under which `FrozenGeneratorProbe` records it
RECORDED = {
    "minimax": ("generator", WHOLE_NETWORK, "minimax_gradient_norm"),
    "non_saturating": ("generator", WHOLE_NETWORK, "non_saturating_gradient_norm"),
    "variance": ("generator", WHOLE_NETWORK, "non_saturating_gradient_variance"),
    "accuracy": ("discriminator", WHOLE_NETWORK, "accuracy"),
}


@dataclass(frozen=True, kw_only=True)
class FreshDiscriminatorExperiment:
    """Train a DCGAN, freeze its generator at several ages, and train a new discriminator against each.

    Args:
        epochs: passes over the train split after which the generator is frozen.
        discriminator_steps: steps of each fresh discriminator.
        channels: feature maps of the convolutional networks at full resolution.
        latent: numbers per latent code.
        batch_size: images per step.
        looks: number of steps, spaced by a constant factor, at which the gradient is measured.
        batches: batches over which the median norm and the variance are taken.
    """

    epochs: Counts = (1, 10, 25)
    discriminator_steps: PositiveInt = 4000
    channels: Width = 64
    latent: Width = 100
    batch_size: BatchSize = 64
    looks: Repetitions = 30
    batches: Repetitions = 8

    def measure(self, seed: int, dataset: ArrayDataset, extra_step: int) -> pd.DataFrame:
        """Run the experiment for one seed.

        Args:
            seed: seed of the GAN; those of the fresh discriminators are derived from it.
            dataset: the train split.
            extra_step: a step of the discriminator at which a criterion needs a measurement.

        Returns:
            stage (epochs), step, quantity, value, of the quantities of `RECORDED`; NaN where training diverged.
        """
        method = make_dcgan_method(self.channels, self.latent)
        generators = train_generators(method, dataset, seed, self.epochs, self.batch_size)
        schedule = self.make_schedule(extra_step)
        tables = [
            self.measure_generator(weights, seed, dataset, schedule).assign(stage=epoch)
            for epoch, weights in generators.items()
        ]
        return pd.concat(tables, ignore_index=True)[["stage", "step", "quantity", "value"]]

    def make_schedule(self, extra_step: int) -> Schedule:
        """Return the measured steps: logarithmically spaced, with the last one and `extra_step`."""
        spaced = logarithmic(self.discriminator_steps + 1, points=self.looks)
        return lambda step: spaced(step) or step == extra_step

    def measure_generator(
        self, weights: Mapping[str, Tensor], seed: int, dataset: ArrayDataset, schedule: Schedule
    ) -> pd.DataFrame:
        """Train a fresh discriminator against one frozen generator.

        Args:
            weights: the generator's parameters and buffers (…) by name; empty if the GAN diverged earlier.
            seed: the fresh discriminator's seed is derived from it.
            dataset: the train split.
            schedule: the measured steps.

        Returns:
            step, quantity, value.
        """
        if not weights:
            return make_missing_rows(0)
        discriminator_seed = seeding.derive_seed(seed, "fresh discriminator")
        method = make_dcgan_method(self.channels, self.latent)
        game = make_game_with_generator(method, weights, dataset, discriminator_seed)
        member = train_game(
            freeze_generator(game),
            dataset,
            seed=discriminator_seed,
            rounds=self.discriminator_steps + 1,  # a reading precedes its step, so the last needs one more
            batch_size=self.batch_size,
            optimiser=DCGAN_OPTIMISER,
            observers=[FrozenGeneratorProbe(game, schedule, self.batches)],
        )
        rows = select_recorded(member.history.to_frame())
        return pd.concat([rows, make_missing_rows(member.step)]) if member.divergence else rows


def select_recorded(history: pd.DataFrame) -> pd.DataFrame:
    """Select the quantities of `RECORDED` from a history, by their short names: step, value, quantity."""
    names = pd.Series({key: name for name, key in RECORDED.items()}, name="name")
    rows = history.join(names, on=["network", "layer", "quantity"], how="inner")
    return rows[["step", "value"]].assign(quantity=rows["name"])


def make_missing_rows(step: int) -> pd.DataFrame:
    """Return a row with the value NaN for every quantity at a step that was not reached."""
    return pd.DataFrame({"step": step, "quantity": list(RECORDED), "value": np.nan})


def summarise_by_seed(rows: pd.DataFrame, quantity: str, summary: Callable[[pd.Series], float]) -> np.ndarray:
    """Return each seed's median over its stages of a summary of a quantity, (seeds,).

    Args:
        rows: seed, stage, step, quantity, value.
        quantity: the quantity to summarise.
        summary: values indexed by step, ascending -> a number per seed and stage.
    """
    own = rows[rows["quantity"] == quantity].sort_values("step").set_index("step")
    by_stage = own.groupby(["seed", "stage"])["value"].apply(summary)
    return by_stage.groupby("seed").apply(lambda stages: float(np.median(stages))).to_numpy()


def draw_quantities(rows: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw quantities over the discriminator's steps, a panel each and a line per age of the generator.

    Args:
        rows: seed, stage, step, quantity, value.
        titles: quantity -> title of its panel.
    """
    from aegan.figures.curve_panels import Block, Panel, draw_panels
    from aegan.figures.curves import format_log_step_axis
    from aegan.figures.numbers import count_noun

    rows = rows.assign(method=[f"after {count_noun(stage, 'epoch')}" for stage in rows["stage"]])
    panels = [
        Panel(title, rows[rows["quantity"] == quantity], "fraction" if quantity == "accuracy" else "log")
        for quantity, title in titles.items()
    ]
    return draw_panels(
        [Block("over steps of a fresh D", panels)], list(rows["method"].unique()), 2, format_log_step_axis
    )
