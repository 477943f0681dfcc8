"""The generator's gradient vanishes as its discriminator learns (Arjovsky & Bottou 2017, figures 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from pydantic import PositiveInt
from torch import Tensor

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.frozen_generator import AgainstFresh, frozen
from aegan.probes.names import WHOLE
from aegan.probes.schedules import Schedule, logarithmic
from aegan.reproductions.common import ADAM, Several, data_of, dcgan, generators, with_generator
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: quantity of the table -> what `AgainstFresh` records it under
RECORDED = {
    "minimax": ("generator", WHOLE, "minimax_gradient_norm"),
    "non_saturating": ("generator", WHOLE, "non_saturating_gradient_norm"),
    "gsnr": ("generator", WHOLE, "non_saturating_gsnr"),
    "accuracy": ("discriminator", WHOLE, "accuracy"),
}


class Setting(NamedTuple):
    """The experiment of both figures: generators of several ages, each against a discriminator from scratch."""

    epochs: Several
    discriminator_steps: int
    channels: int
    latent: int
    batch_size: int
    looks: int
    batches: int

    def schedule(self, also: int) -> Schedule:
        """Look at steps that grow by a factor, the last step, and one that a criterion asks for."""
        usual = logarithmic(self.discriminator_steps + 1, points=self.looks)
        return lambda step: usual(step) or step == also


def vanishing(
    *,
    epochs: Several = (1, 10, 25),
    discriminator_steps: PositiveInt = 4000,
    channels: PositiveInt = 64,
    latent: PositiveInt = 100,
    batch_size: PositiveInt = 64,
    looks: PositiveInt = 30,
    batches: PositiveInt = 8,
    decades_lost: float = 1.5,
    accuracy: float = 0.99,
    accurate_by: PositiveInt = 1000,
) -> Reproduction:
    """Set a fresh discriminator against frozen DCGAN generators and watch ‖∇θ E log(1 − D(G(z)))‖.

    The house's convolutional networks have no BatchNorm; the paper's DCGAN has.

    Args:
        epochs: passes over the train split after which the generator is frozen.
        discriminator_steps: steps of each fresh discriminator.
        channels: feature maps of the convolutional networks at full resolution.
        latent: numbers per latent code.
        batch_size: images per step.
        looks: at how many steps, growing by a factor, the gradient is measured.
        batches: batches that a measured norm is the median of.
        decades_lost: decades from the highest norm to the last that must at least be lost, median over generators.
        accuracy: what the discriminator's accuracy must at least be, median over generators.
        accurate_by: the step of the discriminator at which it must.
    """
    setting = Setting(epochs, discriminator_steps, channels, latent, batch_size, looks, batches)

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        return against_fresh(setting, seed, data_of("vanishing", world).train, also=accurate_by)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        reached = by_seed(rows, "accuracy", lambda own: own[own.index <= accurate_by].iloc[-1])
        return [
            graded(
                f"decades of ‖∇θ E log(1 − D)‖ lost after {discriminator_steps} steps of D ≥ {decades_lost:g}",
                by_seed(rows, "minimax", lost),
                at_least=decades_lost,
            ),
            graded(f"accuracy of D at step {accurate_by} ≥ {accuracy:g}", reached, at_least=accuracy),
        ]

    return Reproduction(
        paper="Arjovsky & Bottou 2017, figures 1 and 2",
        claim="The better the discriminator, the smaller the generator's gradient under the minimax loss.",
        measure=measure,
        grade=grade,
        draw=lambda rows: draw(rows, {"minimax": "‖∇θ E log(1 − D)‖", "accuracy": "accuracy of D"}),
    )


def against_fresh(setting: Setting, seed: int, images: ArrayDataset, also: int) -> pd.DataFrame:
    """Train a GAN, freeze its generator at several ages, and set a fresh discriminator against each.

    Args:
        setting: the experiment.
        seed: of everything.
        images: the train split.
        also: a step of the discriminator to look at besides.

    Returns:
        stage (epochs), step, quantity, value, of the quantities of `RECORDED`; NaN where training diverged.
    """
    method = dcgan(setting.channels, setting.latent)
    frozen_at = generators(method, images, seed, setting.epochs, setting.batch_size)
    tables = [
        one_generator(setting, weights, seed, images, setting.schedule(also)).assign(stage=epoch)
        for epoch, weights in frozen_at.items()
    ]
    return pd.concat(tables, ignore_index=True)[["stage", "step", "quantity", "value"]]


def one_generator(
    setting: Setting, weights: Mapping[str, Tensor], seed: int, images: ArrayDataset, schedule: Schedule
) -> pd.DataFrame:
    """Set a fresh discriminator against a generator of these weights: step, quantity, value."""
    if not weights:  # the GAN had diverged before
        return not_measured(0)
    other = seeding.derive(seed, "fresh discriminator")
    game = with_generator(dcgan(setting.channels, setting.latent), weights, images, other)
    member = play(
        frozen(game),
        images,
        seed=other,
        rounds=setting.discriminator_steps + 1,  # the last look is before a step that nobody looks at
        batch_size=setting.batch_size,
        optimiser=ADAM,
        observers=[AgainstFresh(game, schedule, setting.batches)],
    )
    kept = recorded(member.history.frame())
    return pd.concat([kept, not_measured(member.step)]) if member.divergence else kept


def recorded(history: pd.DataFrame) -> pd.DataFrame:
    """Select the quantities of `RECORDED` from a history, and give them their short names."""
    names = pd.Series({key: name for name, key in RECORDED.items()}, name="name")
    kept = history.join(names, on=["network", "layer", "quantity"], how="inner")
    return kept[["step", "value"]].assign(quantity=kept["name"])


def not_measured(step: int) -> pd.DataFrame:
    """Say of every quantity that there is none."""
    return pd.DataFrame({"step": step, "quantity": list(RECORDED), "value": np.nan})


def lost(norms: pd.Series) -> float:
    """Return the decades between the highest norm and the last; NaN where one was not measured."""
    with np.errstate(divide="ignore"):  # a norm of zero has lost them all
        return float(np.log10(norms.max(skipna=False)) - np.log10(norms.iloc[-1]))


def by_seed(rows: pd.DataFrame, quantity: str, summary: Callable[[pd.Series], float]) -> np.ndarray:
    """Summarise a quantity's values by step for every seed and stage; return each seed's median over the stages."""
    own = rows[rows["quantity"] == quantity].sort_values("step").set_index("step")
    by_stage = own.groupby(["seed", "stage"])["value"].apply(summary)
    return by_stage.groupby("seed").apply(lambda stages: float(np.median(stages))).to_numpy()


def draw(rows: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw quantities over the discriminator's steps, a panel each and a line per age of the generator.

    Args:
        rows: seed, stage, step, quantity, value.
        titles: quantity -> title of its panel.
    """
    from aegan.figures.curves import Block, Panel, figure_of, over_log_steps
    from aegan.figures.numbers import plural

    rows = rows.assign(method=[f"after {plural(stage, 'epoch')}" for stage in rows["stage"]])
    panels = [
        Panel(title, rows[rows["quantity"] == quantity], "fraction" if quantity == "accuracy" else "log")
        for quantity, title in titles.items()
    ]
    return figure_of([Block("over steps of a fresh D", panels)], list(rows["method"].unique()), 2, over_log_steps)
