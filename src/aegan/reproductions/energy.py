"""An energy-based discriminator is easier to train than one that gives logits (Zhao 2017, figure 2)."""

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
from aegan.games.roles import gan_game
from aegan.reproductions.common import Several, classifier, labelled
from aegan.reproductions.grading import Grade, Reproduction, World, graded, play
from aegan.training.sampling import generated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Rates = Annotated[Sequence[PositiveFloat], Field(min_length=1)]

#: bins of the histogram of scores
BINS = 16


def energy(
    *,
    configurations: PositiveInt = 64,
    generator_widths: Several = (400, 800, 1600, 3200),
    discriminator_widths: Several = (128, 256, 512, 1024),
    depths: Several = (1, 2, 3, 4),
    learning_rates: Rates = (1e-2, 1e-3, 1e-4),
    margin: PositiveFloat = 0.1,
    code: PositiveInt = 32,
    latent: PositiveInt = 100,
    rounds: PositiveInt = 20_000,
    batch_size: PositiveInt = 64,
    samples: PositiveInt = 10_000,
    classifier_epochs: PositiveInt = 10,
    probability: float = 0.5,
) -> Reproduction:
    """Train GANs and EBGANs of the same random configurations, and score what each of them makes.

    Networks are fully connected, of the sizes, depths and learning rates of the paper's grid; both players have the
    same optimiser, Adam or plain gradient descent, and there is no dropout. The paper scores whole grids once; here
    every seed draws configurations of its own.

    Args:
        configurations: random configurations per seed, each trained as a GAN and as an EBGAN.
        generator_widths: units per hidden layer of the generator, to draw from.
        discriminator_widths: units per hidden layer of the discriminator, to draw from.
        depths: hidden layers of a network, to draw from; half of the discriminator's, rounded up, make each side of
            the EBGAN's autoencoder.
        learning_rates: step sizes to draw from.
        margin: the EBGAN's margin, in squares of the pixel range.
        code: numbers per code of the EBGAN's autoencoder.
        latent: numbers per latent code of the generator.
        rounds: rounds of training.
        batch_size: images per round.
        samples: generated images that are scored.
        classifier_epochs: passes over the train split of the classifier that scores them.
        probability: what the probability that an EBGAN's score exceeds a GAN's must exceed.
    """

    def drawn(rng: np.random.Generator) -> dict[str, Any]:
        return {
            "generator_width": int(rng.choice(generator_widths)),
            "discriminator_width": int(rng.choice(discriminator_widths)),
            "generator_depth": int(rng.choice(depths)),
            "discriminator_depth": int(rng.choice(depths)),
            "optimiser": str(rng.choice(["adam", "sgd"])),
            "learning_rate": float(rng.choice(learning_rates)),
        }

    def score(
        method: Mapping[str, Any], configuration: Mapping[str, Any], seed: int, judge: nn.Module, train: ArrayDataset
    ) -> float:
        game = gan_game(method, train.sample_shape, seed, None)
        optimiser = {"name": configuration["optimiser"], "learning_rate": configuration["learning_rate"]}
        member = play(game, train, seed=seed, rounds=rounds, batch_size=batch_size, optimiser=optimiser)
        if member.divergence:
            return 0.0  # what images that all look alike score
        (made,) = generated({seed: game}, samples, train.device)
        return modified_inception_score(ArrayDataset(made, device=train.device).map_batches(judge))

    def measure(seed: int, world: World | None) -> pd.DataFrame:
        train = labelled("energy", world).train
        judge = classifier(train, classifier_epochs)
        rows = []
        for number in range(configurations):
            configuration = drawn(seeding.numpy_generator(seed, "configuration", number))
            own = seeding.derive(seed, "configuration", number)
            for name, method in both(configuration, latent, code, margin).items():
                found = score(method, configuration, own, judge, train)
                rows.append({"game": name, "configuration": number, **configuration, "score": found})
        return pd.DataFrame(rows)

    def grade(rows: pd.DataFrame) -> list[Grade]:
        return [
            graded(
                f"probability that an EBGAN's score exceeds a GAN's > {probability:g}",
                [superiority(own) for _, own in rows.groupby("seed")],
                at_least=np.nextafter(probability, 1),
            )
        ]

    return Reproduction(
        paper="Zhao, Mathieu & LeCun 2017 (EBGAN), section 4.1 and figure 2",
        claim="Over random configurations, EBGANs score higher than GANs.",
        measure=measure,
        grade=grade,
        draw=draw,
    )


def both(configuration: Mapping[str, Any], latent: int, code: int, margin: float) -> dict[str, dict[str, Any]]:
    """Make the two methods of a configuration."""
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


def modified_inception_score(logits: np.ndarray) -> float:
    """Return E KL(p(y) ‖ p(y|x)) of a classifier's logits (N, K) on N images: 0 if all of them look alike.

    The score of EBGAN (Zhao 2017, section 4.1): the arguments of the inception score's divergence change places, and
    it is not exponentiated.
    """
    given = torch.from_numpy(logits).double().log_softmax(dim=1)
    marginal = given.logsumexp(dim=0) - np.log(len(given))
    return float((marginal.exp() * (marginal - given)).sum(dim=1).mean())


def superiority(rows: pd.DataFrame) -> float:
    """Return the probability that the score of an EBGAN exceeds that of a GAN, ties counting half (Mann & Whitney)."""
    gan, ebgan = (rows.loc[rows["game"] == name, "score"].to_numpy() for name in ("GAN", "EBGAN"))
    return float(np.mean((np.sign(ebgan[:, None] - gan) + 1) / 2))


def draw(rows: pd.DataFrame) -> Figure:
    """Draw the histogram of both games' scores, a band over the seeds."""
    from aegan.figures.reproduction import banded, legend, plate
    from aegan.figures.style import looks, styled

    edges = np.linspace(0, max(float(rows["score"].max()), 1e-9), BINS + 1)

    def drawn() -> Figure:
        figure, (axes,) = plate("share of configurations by their score", [""], 1)
        notes = []
        for game, look in looks(["GAN", "EBGAN"]).items():
            own = rows[rows["game"] == game].groupby("seed")["score"]
            tables = [pd.DataFrame({"seed": seed, **histogram(scores, edges)}) for seed, scores in own]
            notes += banded(axes, pd.concat(tables), look.colour, game)
        axes.set_xlabel("modified inception score")
        legend(figure, notes)
        return figure

    return styled(drawn)()


def histogram(scores: pd.Series, edges: np.ndarray) -> dict[str, np.ndarray]:
    """Count the share of scores in every bin: x (its middle), value."""
    return {"x": (edges[1:] + edges[:-1]) / 2, "value": np.histogram(scores, edges)[0] / len(scores)}
