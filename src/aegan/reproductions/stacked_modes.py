"""A relativistic loss with R1 and R2 loses no modes (R3GAN, Huang 2024, table 1 and figure 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import PositiveFloat, PositiveInt
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.games.roles import gan_game
from aegan.probes.schedules import evenly
from aegan.reproductions.common import ADAM, classifier, dcgan, dots
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.member import Member
from aegan.training.observers import Probing
from aegan.training.sampling import generated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: (loss, penalty) -> name of the arm
ARMS = {
    ("relativistic", "r1_r2"): "RpGAN + R1 + R2",
    ("non_saturating", "r1_r2"): "GAN + R1 + R2",
    ("relativistic", "r1"): "RpGAN + R1",
    ("non_saturating", "r1"): "GAN + R1",
}
OURS, PLAIN, ALONE, _ = ARMS.values()

#: pictures in a stack, and stacks that the classifier of single pictures learns from
CHANNELS, RECOGNISED = 3, 20_000


def stacked_modes(
    *,
    rounds: PositiveInt = 50_000,
    batch_size: PositiveInt = 64,
    channels: PositiveInt = 64,
    latent: PositiveInt = 100,
    gamma: PositiveFloat = 1.0,
    samples: PositiveInt = 26_000,
    classifier_epochs: PositiveInt = 10,
    looks: PositiveInt = 20,
    more_modes: float = 0.0,
    diverged_loss: PositiveFloat = 10.0,
    often: float = 0.5,
) -> Reproduction:
    """Count the stacked classes that four GANs reach: relativistic or not, with R1 and R2 or with R1 alone.

    Networks and optimiser are the house's DCGAN.

    Args:
        rounds: rounds of training.
        batch_size: images per round.
        channels: feature maps of the convolutional networks at full resolution.
        latent: numbers per latent code.
        gamma: weight of each penalty; it scales with the square of the pixel range, here [0, 1].
        samples: generated images in which classes are counted.
        classifier_epochs: passes over the single channels of the classifier that recognises them.
        looks: how often the generator's loss is measured.
        more_modes: how many more classes RpGAN + R1 + R2 must at least reach than GAN + R1 + R2, seed by seed.
        diverged_loss: median loss of the generator from which a run counts as diverged at its end.
        often: share of the seeds in which RpGAN + R1 must at least diverge.
    """

    def trained(method: Mapping[str, Any], seed: int, images: ArrayDataset) -> Member:
        return play(
            gan_game(method, images.sample_shape, seed, None),
            images,
            seed=seed,
            rounds=rounds,
            batch_size=batch_size,
            optimiser=ADAM,
            observers=[Probing(evenly(rounds, points=looks), 8)],
        )

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        train = stacked(world)
        judge = classifier(unstacked(train), classifier_epochs)
        rows = []
        for (loss, penalty), arm in ARMS.items():
            method = dcgan(channels, latent) | {"loss": {"name": loss}, "penalty": {"name": penalty, "gamma": gamma}}
            member = trained(method, seed, train)
            (made,) = generated({seed: member.game}, samples, train.device)
            shares = class_shares(ArrayDataset(made, device=train.device), judge)
            rows.append(
                {"arm": arm, "modes": int((shares > 0).sum()), "kl": divergence(shares), "loss": last_loss(member)}
            )
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        table = rows.pivot_table(index="seed", columns="arm", values=["modes", "kl", "loss"])
        modes, kl, loss = table["modes"], table["kl"], table["loss"]
        return [
            graded(
                f"classes that {OURS} reaches more than {PLAIN}, seed by seed ≥ {more_modes:g}",
                (modes[OURS] - modes[PLAIN]).to_numpy(),
                at_least=more_modes,
            ),
            graded(
                f"KL of {OURS} less that of {PLAIN}, seed by seed < 0",
                (kl[OURS] - kl[PLAIN]).to_numpy(),
                at_most=np.nextafter(0, -1),
            ),
            graded(
                f"share of the seeds in which {ALONE} ends with a generator's loss > {diverged_loss:g} ≥ {often:g}",
                (loss[ALONE] > diverged_loss).to_numpy(),
                at_least=often,
            ),
        ]

    return Reproduction(
        paper="Huang, Gokaslan, Kuleshov & Tompkin 2024 (R3GAN), table 1 and figure 1",
        claim="RpGAN with R1 and R2 reaches more modes more evenly than GAN with both; with R1 alone it diverges.",
        measure=measure,
        grade=grade,
        draw=draw,
    )


def stacked(world: World | None) -> ArrayDataset:
    """Return the images to train on.

    Raises:
        InputError: they are not three labelled pictures in three channels.
    """
    if world is None or world.train.labels is None or world.train.array.shape[-1] != CHANNELS:
        wrong = "data that are not labelled images of three channels"
        raise InputError("stacked_modes", wrong, "Give it a data set of the source stacked_fashion_mnist")
    return world.train


def unstacked(images: ArrayDataset) -> ArrayDataset:
    """Take the channels of the first stacked images (N, H, W, 3) apart: pictures (3N, H, W, 1) with their labels."""
    assert images.labels is not None
    pictures, labels = images.array[:RECOGNISED], images.labels[:RECOGNISED]
    digits = labels // np.array([[100], [10], [1]]) % 10
    return ArrayDataset(
        np.moveaxis(pictures, -1, 0)[..., None].reshape(-1, *pictures.shape[1:3], 1), digits.ravel(), images.device
    )


def class_shares(images: ArrayDataset, judge: nn.Module) -> np.ndarray:
    """Recognise the picture in every channel of images (N, H, W, 3); return the share of each stacked class (1000,)."""
    channels = [ArrayDataset(images.array[..., [channel]], device=images.device) for channel in range(CHANNELS)]
    hundreds, tens, units = (channel.map_batches(judge).argmax(axis=1) for channel in channels)
    counts: np.ndarray = np.bincount(100 * hundreds + 10 * tens + units, minlength=1000)
    return counts / len(images)


def divergence(shares: np.ndarray) -> float:
    """Return the divergence KL(shares ‖ even shares) of classes (K,), in nats."""
    kept = shares[shares > 0]
    return float((kept * np.log(kept * len(shares))).sum())


def last_loss(member: Member) -> float:
    """Return the generator's loss at the last look, infinite where training diverged."""
    history = member.history.frame()
    losses = history[(history["network"] == "generator") & (history["quantity"] == "loss")]
    return float("inf") if member.divergence else float(losses["value"].iloc[-1])


def draw(rows: pd.DataFrame) -> Figure:
    """Draw what every arm reaches, a dot per seed."""
    return dots(
        rows, {"modes": "classes reached, of 1000", "kl": "KL from even shares", "loss": "loss of G at the end"}
    )
