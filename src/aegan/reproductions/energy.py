"""GANs with an energy-based discriminator (EBGAN) train better than plain GANs (Zhao 2017, figure 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_gan_game
from aegan.option_types import BatchSize, Repetitions, SampleCount, Width
from aegan.reproductions.grading import Grade, Reproduction, grade_criterion
from aegan.reproductions.inputs import ReproductionData, require_labels
from aegan.reproductions.training import Counts, train_classifier, train_game
from aegan.training.sampling import generate_samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rates = Annotated[Sequence[PositiveFloat], Field(min_length=1)]

#: number of bins of the histogram of scores
BINS = 16


def energy(
    *,
    configurations: Repetitions = 64,
    generator_widths: Counts = (400, 800, 1600, 3200),
    discriminator_widths: Counts = (128, 256, 512, 1024),
    depths: Counts = (1, 2, 3, 4),
    learning_rates: Rates = (1e-2, 1e-3, 1e-4),
    margin: PositiveFloat = 0.1,
    code: Width = 32,
    latent: Width = 100,
    rounds: PositiveInt = 20_000,
    batch_size: BatchSize = 64,
    samples: SampleCount = 10_000,
    classifier_epochs: PositiveInt = 10,
    probability: float = 0.5,
) -> Reproduction:
    """Train GANs and EBGANs of the same random configurations, and score their samples.

    Networks are fully connected, of the sizes, depths and learning rates of the paper's grid; both players have the
    same optimiser, Adam or plain gradient descent, and there is no dropout. The paper scores a whole grid once; here
    every seed draws its own configurations.

    Args:
        configurations: random configurations per seed, each trained as a GAN and as an EBGAN.
        generator_widths: units per hidden layer of the generator, to draw from.
        discriminator_widths: units per hidden layer of the discriminator, to draw from.
        depths: hidden layers of a network, to draw from; half of the discriminator's, rounded up, make each side of
            the EBGAN's autoencoder.
        learning_rates: step sizes to draw from.
        margin: the EBGAN's margin, in squared units of the pixel range.
        code: numbers per code of the EBGAN's autoencoder.
        latent: numbers per latent code of the generator.
        rounds: rounds of training.
        batch_size: images per round.
        samples: generated images that are scored.
        classifier_epochs: passes over the train split of the classifier that scores them.
        probability: bound that the probability of an EBGAN scoring higher than a GAN must exceed.
    """

    def draw_configuration(rng: np.random.Generator) -> dict[str, Any]:
        return {
            "generator_width": int(rng.choice(generator_widths)),
            "discriminator_width": int(rng.choice(discriminator_widths)),
            "generator_depth": int(rng.choice(depths)),
            "discriminator_depth": int(rng.choice(depths)),
            "optimiser": str(rng.choice(["adam", "sgd"])),
            "learning_rate": float(rng.choice(learning_rates)),
        }

    def score(
        method: Mapping[str, Any],
        configuration: Mapping[str, Any],
        seed: int,
        classifier: nn.Module,
        dataset: ArrayDataset,
    ) -> float:
        game = make_gan_game(method, dataset.sample_shape, seed, None)
        optimiser = {"name": configuration["optimiser"], "learning_rate": configuration["learning_rate"]}
        member = train_game(game, dataset, seed=seed, rounds=rounds, batch_size=batch_size, optimiser=optimiser)
        if member.divergence:
            return 0.0  # the score of identical images
        (generated,) = generate_samples({seed: game}, samples, dataset.device)
        return compute_modified_inception_score(ArrayDataset(generated, device=dataset.device).map_batches(classifier))

    def measure(seed: int, data: ReproductionData | None) -> pd.DataFrame:
        dataset = require_labels("energy", data).train_dataset
        classifier = train_classifier(dataset, classifier_epochs)
        rows = []
        for number in range(configurations):
            configuration = draw_configuration(seeding.numpy_generator(seed, "configuration", number))
            own_seed = seeding.derive_seed(seed, "configuration", number)
            for name, method in make_methods(configuration, latent, code, margin).items():
                found = score(method, configuration, own_seed, classifier, dataset)
                rows.append({"game": name, "configuration": number, **configuration, "score": found})
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        return [
            grade_criterion(
                f"probability that an EBGAN's score exceeds a GAN's > {probability:g}",
                [probability_of_superiority(own) for _, own in rows.groupby("seed")],
                at_least=np.nextafter(probability, 1),
            )
        ]

    return Reproduction(
        paper="Zhao, Mathieu & LeCun 2017 (EBGAN), section 4.1 and figure 2",
        claim="Over random configurations, EBGANs score higher than GANs.",
        measure=measure,
        grade=grade,
        draw=draw,
        data=("MNIST",),
        differences=(
            "networks without BatchNorm and dropout",
            "pixels in [0, 1] instead of [−1, 1]",
            "one optimiser for both players",
            "configurations drawn by each seed",
        ),
    )


def make_methods(configuration: Mapping[str, Any], latent: int, code: int, margin: float) -> dict[str, dict[str, Any]]:
    """Return the GAN and the EBGAN of a configuration, as resolved methods by name.

    Args:
        configuration: widths and depths of the networks.
        latent: numbers per latent code of the generator.
        code: numbers per code of the EBGAN's autoencoder.
        margin: the EBGAN's margin.
    """
    width, depth = configuration["discriminator_width"], configuration["discriminator_depth"]
    autoencoder = {"name": "dense", "code": code, "width": width, "depth": -(-depth // 2)}
    shared = {
        "generator": {
            "name": "dense",
            "width": configuration["generator_width"],
            "depth": configuration["generator_depth"],
        },
        "latent": latent,
    }
    return {
        "GAN": shared
        | {
            "role": {"name": "none"},
            "loss": {"name": "non_saturating"},
            "discriminator": {"name": "dense", "width": width, "depth": depth},
        },
        "EBGAN": shared | {"role": {"name": "ebgan", "architecture": autoencoder, "margin": margin}},
    }


def compute_modified_inception_score(logits: np.ndarray) -> float:
    """Return E KL(p(y) ‖ p(y|x)) of a classifier's logits (N, K) on N images: 0 if all have the same p(y|x).

    The score of EBGAN (Zhao 2017, section 4.1): the inception score with the arguments of its divergence exchanged,
    and without the exponential.
    """
    given = torch.from_numpy(logits).double().log_softmax(dim=1)
    marginal = given.logsumexp(dim=0) - np.log(len(given))
    return float((marginal.exp() * (marginal - given)).sum(dim=1).mean())


def probability_of_superiority(rows: pd.DataFrame) -> float:
    """Return the probability that the score of an EBGAN exceeds that of a GAN, ties counting half (Mann & Whitney)."""
    gan, ebgan = (rows.loc[rows["game"] == name, "score"].to_numpy() for name in ("GAN", "EBGAN"))
    return float(np.mean((np.sign(ebgan[:, None] - gan) + 1) / 2))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the histograms of the scores of GANs and EBGANs, with a band over the seeds."""
    from aegan.figures.reproduction import add_legend, draw_band, make_panels
    from aegan.figures.style import assign_looks

    edges = np.linspace(0, max(float(rows["score"].max()), 1e-9), BINS + 1)

    figure, (axes,) = make_panels("share of configurations by their score", [""], 1)
    handles = []
    for game, look in assign_looks(["GAN", "EBGAN"]).items():
        own = rows[rows["game"] == game].groupby("seed")["score"]
        tables = [pd.DataFrame({"seed": seed, **bin_scores(scores, edges)}) for seed, scores in own]
        handles += draw_band(axes, pd.concat(tables), look.colour, game)
    axes.set_xlabel("modified inception score")
    add_legend(figure, handles)
    return figure


def bin_scores(scores: pd.Series, edges: np.ndarray) -> dict[str, np.ndarray]:
    """Return the share of scores (N,) per bin between edges (bins + 1,): x (the bin's centre), value."""
    return {"x": (edges[1:] + edges[:-1]) / 2, "value": np.histogram(scores, edges)[0] / len(scores)}
