"""A relativistic loss with R1 and R2 reaches all modes (R3GAN, Huang 2024, table 1 and figure 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import PositiveFloat, PositiveInt
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.option_types import BatchSize, Repetitions, SampleCount, Width
from aegan.probes.schedules import evenly
from aegan.reproductions.dot_figure import draw_dots
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_source
from aegan.reproductions.training import DCGAN_OPTIMISER, make_dcgan_method, train_classifier, train_game
from aegan.training.member import Member
from aegan.training.probing import Probing
from aegan.training.sampling import generate_samples

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

#: single images in a stack, and stacks on which the classifier of single images is trained
CHANNELS, CLASSIFIER_STACKS = 3, 20_000


def stacked_modes(
    *,
    rounds: PositiveInt = 50_000,
    batch_size: BatchSize = 64,
    channels: Width = 64,
    latent: Width = 100,
    gamma: PositiveFloat = 1.0,
    samples: SampleCount = 26_000,
    classifier_epochs: PositiveInt = 10,
    looks: Repetitions = 20,
    more_modes: float = 0.0,
    diverged_loss: PositiveFloat = 10.0,
    often: float = 0.5,
) -> Reproduction:
    """Count the stacked classes that four GANs reach: relativistic or not, with R1 and R2 or with R1 alone.

    Networks and optimiser are those of `make_dcgan_method`.

    Args:
        rounds: rounds of training.
        batch_size: images per round.
        channels: feature maps of the convolutional networks at full resolution.
        latent: numbers per latent code.
        gamma: weight of each penalty; it scales with the square of the pixel range, here [0, 1].
        samples: generated images in which classes are counted.
        classifier_epochs: passes of the classifier of single channels over its train images.
        looks: number of measurements of the generator's loss.
        more_modes: bound that the classes that RpGAN + R1 + R2 reaches beyond GAN + R1 + R2, seed by seed, must exceed.
        diverged_loss: median loss of the generator from which a run counts as diverged at its end.
        often: least share of the seeds in which RpGAN + R1 diverges, and RpGAN + R1 + R2 does not.
    """

    def train_method(method: Mapping[str, Any], seed: int, dataset: ArrayDataset) -> Member:
        return train_game(
            make_gan_game(method, dataset.sample_shape, seed, None),
            dataset,
            seed=seed,
            rounds=rounds,
            batch_size=batch_size,
            optimiser=DCGAN_OPTIMISER,
            observers=[Probing(evenly(rounds, points=looks), 8)],
        )

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        dataset = require_stacks(data)
        classifier = train_classifier(split_channels(dataset), classifier_epochs)
        rows = []
        for (loss, penalty), arm in ARMS.items():
            method = make_dcgan_method(channels, latent) | {
                "loss": {"name": loss},
                "penalty": {"name": penalty, "gamma": gamma},
            }
            member = train_method(method, seed, dataset)
            (generated,) = generate_samples({seed: member.game}, samples, dataset.device)
            shares = count_class_shares(ArrayDataset(generated, device=dataset.device), classifier)
            rows.append(
                {
                    "arm": arm,
                    "modes": int((shares > 0).sum()),
                    "kl": kl_from_uniform(shares),
                    "loss": final_generator_loss(member),
                }
            )
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        table = rows.pivot_table(index="seed", columns="arm", values=["modes", "kl", "loss"], dropna=False)
        modes, kl, loss = table["modes"], table["kl"], table["loss"]
        diverged = pd.DataFrame(loss > diverged_loss).astype(float).where(loss.notna())
        return [
            grade_criterion(
                f"classes that {OURS} reaches more than {PLAIN}, seed by seed > {more_modes:g}",
                (modes[OURS] - modes[PLAIN]).to_numpy(),
                at_least=np.nextafter(more_modes, np.inf),
            ),
            grade_criterion(
                f"KL of {OURS} less that of {PLAIN}, seed by seed < 0",
                (kl[OURS] - kl[PLAIN]).to_numpy(),
                at_most=np.nextafter(0, -1),
            ),
            grade_criterion(
                f"share of the seeds in which {ALONE} ends with a generator's loss > {diverged_loss:g} ≥ {often:g}, "
                f"and not so {OURS}",
                diverged[ALONE].to_numpy(),
                at_least=often,
                control=diverged[OURS].to_numpy(),
            ),
        ]

    return Reproduction(
        paper="Huang, Gokaslan, Kuleshov & Tompkin 2024 (R3GAN), table 1 and figure 1",
        claim="RpGAN with R1 and R2 reaches more modes more evenly than GAN with both; with R1 alone it diverges.",
        measure=measure,
        grade=grade,
        draw=draw,
        data=("stacked MNIST",),
        differences=(
            "DCGAN's networks and optimiser, without BatchNorm",
            "pixels in [0, 1] instead of [−1, 1]",
        ),
    )


def require_stacks(data: ReproductionData | None) -> ArrayDataset:
    """Return the labelled images (N, H, W, 3) to train on.

    Raises:
        InputError: the data are not such images.
    """
    return require_source(
        "stacked_modes",
        data,
        lambda dataset: dataset.labels is not None and dataset.array.shape[-1] == CHANNELS,
        wanted="labelled images of three channels",
        source="stacked_fashion_mnist or stacked_digits",
    )


def split_channels(dataset: ArrayDataset) -> ArrayDataset:
    """Split the first N stacked images (N, H, W, 3) into images (3N, H, W, 1) with their own labels (3N,)."""
    assert dataset.labels is not None
    images, labels = dataset.array[:CLASSIFIER_STACKS], dataset.labels[:CLASSIFIER_STACKS]
    digits = labels // np.array([[100], [10], [1]]) % 10
    return ArrayDataset(
        np.moveaxis(images, -1, 0)[..., None].reshape(-1, *images.shape[1:3], 1), digits.ravel(), dataset.device
    )


def count_class_shares(dataset: ArrayDataset, classifier: nn.Module) -> np.ndarray:
    """Classify every channel of images (N, H, W, 3); return the share of each stacked class (1000,)."""
    channels = [ArrayDataset(dataset.array[..., [channel]], device=dataset.device) for channel in range(CHANNELS)]
    hundreds, tens, units = (channel.map_batches(classifier).argmax(axis=1) for channel in channels)
    counts: np.ndarray = np.bincount(100 * hundreds + 10 * tens + units, minlength=1000)
    return counts / len(dataset)


def kl_from_uniform(shares: np.ndarray) -> float:
    """Return KL(shares ‖ uniform) of the shares of classes (K,), in nats."""
    positive = shares[shares > 0]
    return float((positive * np.log(positive * len(shares))).sum())


def final_generator_loss(member: Member) -> float:
    """Return the generator's last measured loss; infinite if training diverged."""
    history = member.history.to_frame()
    losses = history[(history["network"] == "generator") & (history["quantity"] == "loss")]
    return float("inf") if member.divergence else float(losses["value"].iloc[-1])


def draw(rows: pd.DataFrame) -> Figure:
    """Draw classes reached, KL from uniform and final loss of every arm, a dot per seed."""
    return draw_dots(
        rows, {"modes": "classes reached, of 1000", "kl": "KL from uniform", "loss": "loss of G at the end"}
    )
