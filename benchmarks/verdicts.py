"""How often verdicts are right: networks built to vanish, to explode, to be healthy or to diverge, trained and judged.

Half of the seeds are pilots, on which the thresholds were fixed; the others are reported. From the repository's root,
`python -m benchmarks.verdicts` writes docs/verdicts.csv and the part of docs/verdicts.md between its two marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from aegan.config.methods import Method
from aegan.config.sections import Autoencoder, Verdicts
from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch_sampler import BatchSampler
from aegan.data.digits import Digits
from aegan.games.game import Game
from aegan.games.roles import autoencoder_game, gan_game
from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.names import WHOLE
from aegan.probes.schedules import evenly
from aegan.probes.verdicts import LAYERS_OF_DEPTH, Limits, decades, ends, judge, layer_norms, log_ratio
from aegan.storage import write_text
from aegan.tables import write_table
from aegan.training.cohort import train
from aegan.training.member import Member, new_member
from aegan.training.observers import Probing
from aegan.training.outputs import histories

PILOTS, REPORTED = range(3), range(3, 6)
ROUNDS, POINTS, BATCHES, BATCH_SIZE = 200, 20, 8, 64
SHALLOW, DEEP = [(1, 32), (3, 64)], [(6, 64), (6, 128), (10, 64)]  # (hidden layers, width)
CLASSES = ["healthy", "vanishing", "exploding", "diverged"]
LIMITS = Limits(**Verdicts().model_dump())
MARKS = ("<!-- matrix: written by benchmarks/verdicts.py -->", "<!-- end of matrix -->")
SHAPE = (1, 8, 8)

#: ways to measure a change over depth
DEPTHS = {
    "over_depth": "first layer against last",
    "over_hidden": "first layer against last but one",
    "per_layer": "slope per layer",
}


class Build(NamedTuple):
    """One way to build a network to be something."""

    built: str  #: what it is built to be
    how: str
    networks: tuple[str, ...]  #: the networks of the game that are built so
    recruit: Callable[[int, int, int], Member]  #: (seed, hidden layers, width)
    shapes: list[tuple[int, int]]


def dense(depth: int, width: int, activation: str = "leaky_relu") -> dict[str, Any]:
    """Describe a fully connected network."""
    return {"name": "dense", "depth": depth, "width": width, "activation": activation}


def member(game: Game, seed: int, optimiser: dict[str, Any]) -> Member:
    """Let a game be played on the embedded digits."""
    rows = ArrayDataset(Digits().load([]).values)
    return new_member(seed, game, rows, BatchSampler(np.arange(len(rows)), BATCH_SIZE, seed), optimiser)


def gan(seed: int, rate: float = 2e-4, optimiser: str = "adam", **axes: Any) -> Member:
    """Recruit a plain GAN whose networks are small and shallow where `axes` do not say otherwise."""
    small = {"generator": dense(1, 32), "discriminator": dense(1, 32), "loss": "non_saturating"}
    method = Method(role="none", latent=16, **(small | axes)).model_dump(mode="json", exclude_none=True)
    return member(gan_game(method, SHAPE, seed, None), seed, {"name": optimiser, "learning_rate": rate})


def autoencoder(seed: int, depth: int, width: int) -> Member:
    """Recruit an autoencoder that minimises the mean squared error."""
    architecture = {"name": "dense", "code": 16, "depth": depth, "width": width}
    chosen = Autoencoder(architecture=architecture).model_dump(mode="json", exclude_none=True)
    return member(autoencoder_game(chosen, SHAPE, seed), seed, {"name": "adam", "learning_rate": 1e-3})


def rescaled(trainee: Member, network: str, variance: Callable[[nn.Linear], float]) -> Member:
    """Give the weights of a network another variance than Glorot's 2 / (inputs + outputs)."""
    for layer in trainee.game.modules[network].modules():
        if isinstance(layer, nn.Linear):
            with torch.no_grad():
                layer.weight *= (variance(layer) * (layer.in_features + layer.out_features) / 2) ** 0.5
    return trainee


def unit(trainee: Member, network: str) -> Member:
    """Draw initial weights of variance 1, as a bare `randn` does."""
    return rescaled(trainee, network, lambda _layer: 1.0)


def he(trainee: Member) -> Member:
    """Draw the initial weights of He 2015, eq. 10."""
    for network in ("generator", "discriminator"):
        rescaled(trainee, network, lambda layer: 2 / layer.in_features)
    return trainee


def standing(trainee: Member) -> Member:
    """Let the generator stand still, so that the discriminator can become as strong as it gets."""
    trainee.optimisers["generator"].param_groups[0]["lr"] = 0.0
    return trainee


def both(depth: int, width: int, activation: str = "leaky_relu") -> dict[str, Any]:
    """Give both players the same kind of network."""
    return {"generator": dense(depth, width, activation), "discriminator": dense(depth, width, activation)}


G, D, GD = ("generator",), ("discriminator",), ("generator", "discriminator")

ZOO = [
    Build("vanishing", "deep sigmoid generator", G,
          lambda s, d, w: gan(s, generator=dense(d, w, "sigmoid")), DEEP),
    Build("vanishing", "deep sigmoid discriminator", D,
          lambda s, d, w: gan(s, discriminator=dense(d, w, "sigmoid")), DEEP),
    Build("vanishing", "minimax generator that stands still before a strong discriminator", G,
          lambda s, d, w: standing(gan(s, rate=2e-3, loss="minimax", discriminator=dense(d, w))), SHALLOW),
    Build("exploding", "deep tanh generator, weights of variance 1", G,
          lambda s, d, w: unit(gan(s, generator=dense(d, w, "tanh")), "generator"), DEEP),
    Build("exploding", "deep tanh discriminator, weights of variance 1", D,
          lambda s, d, w: unit(gan(s, discriminator=dense(d, w, "tanh")), "discriminator"), DEEP),
    Build("exploding", "deep ReLU discriminator, weights of variance 1", D,
          lambda s, d, w: unit(gan(s, discriminator=dense(d, w, "relu")), "discriminator"), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, clipped at 0.1", D,
          lambda s, d, w: gan(s, rate=1e-3, loss="wasserstein", discriminator=dense(d, w, "relu"),
                              constraint={"name": "clip", "bound": 0.1}), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, clipped at 0.5, five moves a round", D,
          lambda s, d, w: gan(s, rate=1e-3, loss="wasserstein", discriminator=dense(d, w, "relu"),
                              constraint={"name": "clip", "bound": 0.5}, discriminator_moves=5), DEEP),
    Build("exploding", "deep ReLU critic of a WGAN, not clipped", D,
          lambda s, d, w: gan(s, rate=1e-3, loss="wasserstein", discriminator=dense(d, w, "relu")), DEEP),
    Build("healthy", "shallow GAN with R1, Glorot's weights", GD,
          lambda s, d, w: gan(s, penalty="r1", **both(d, w)), SHALLOW),
    Build("healthy", "deep tanh GAN with R1, Glorot's weights", GD,
          lambda s, d, w: gan(s, penalty="r1", **both(d, w, "tanh")), DEEP),
    Build("healthy", "deep ReLU GAN with R1, He's weights", GD,
          lambda s, d, w: he(gan(s, penalty="r1", **both(d, w, "relu"))), DEEP),
    Build("healthy", "shallow autoencoder, Glorot's weights", ("autoencoder",), autoencoder, SHALLOW),
    Build("diverged", "GAN at a learning rate of 10^12 (Adam)", G,
          lambda s, d, w: gan(s, rate=1e12, loss="minimax", **both(d, w)), [(3, 16), (5, 64)]),
    Build("diverged", "critic of a WGAN at a learning rate of 1 (gradient descent)", D,
          lambda s, d, w: gan(s, rate=1.0, optimiser="sgd", loss="wasserstein", discriminator=dense(d, w)), SHALLOW),
    Build("diverged", "least-squares discriminator at a learning rate of 10 (gradient descent)", D,
          lambda s, d, w: gan(s, rate=10.0, optimiser="sgd", loss="least_squares", discriminator=dense(d, w)), SHALLOW),
]  # fmt: skip


def judged(build: Build, shape: tuple[int, int], seed: int) -> Iterator[dict[str, Any]]:
    """Train one run; yield a row per network that was built to be something or, if it diverged, for where it did."""
    trainee = build.recruit(seed, *shape)
    train(trainee, ROUNDS, [Probing(evenly(ROUNDS, points=POINTS), BATCHES)])
    table = histories([trainee])
    for network in (trainee.divergence.network,) if trainee.divergence else build.networks:
        history = table[table["network"] == network]
        about = {"built": build.built, "how": build.how, "depth": shape[0], "width": shape[1], "seed": seed}
        yield about | {"network": network} | judge(history, LIMITS)._asdict() | _moved(history)


def _moved(history: pd.DataFrame) -> dict[str, float]:
    """Measure the two changes that verdicts are about, in decades, and two other ways to measure the second."""
    norms = layer_norms(history, "gradient_norm")
    if norms.empty:
        return dict.fromkeys(("over_time", *DEPTHS), np.nan)
    at_end = [ends(norms[layer], LIMITS.window)[1] for layer in norms if layer != WHOLE]
    moved = {"over_time": decades(norms[WHOLE], LIMITS.window)} | dict.fromkeys(DEPTHS, np.nan)
    if len(at_end) >= LAYERS_OF_DEPTH:
        first, *_, last_hidden, last = at_end
        slope = decades_per_layer(at_end)
        moved |= dict(
            zip(DEPTHS, map(float, (log_ratio(first, last), log_ratio(first, last_hidden), slope)), strict=True)
        )
    return {name: round(value, 2) for name, value in moved.items()}


def table_of(seeds: range) -> pd.DataFrame:
    """Train and judge the whole zoo on some seeds."""
    return pd.DataFrame(
        [row for build in ZOO for shape in build.shapes for seed in seeds for row in judged(build, shape, seed)]
    ).astype({"step": "Int64"})


def summary(table: pd.DataFrame) -> str:
    """Write the matrix of the reported seeds, what was misjudged, and what the pilots said, as Markdown."""
    pilots, reported = (table[table["seed"].isin(seeds)] for seeds in (PILOTS, REPORTED))
    runs = len(reported.drop_duplicates(["how", "depth", "width", "seed"]))
    right = int((reported["built"] == reported["verdict"]).sum())
    matrix = pd.crosstab(reported["built"], reported["verdict"]).reindex(index=CLASSES, columns=CLASSES, fill_value=0)
    lines = [
        pilot_sentence(pilots),
        "",
        "What depth does to gradients on the pilot seeds, in decades, measured in three ways:",
        "",
        *_markdown(
            ["", "deep sigmoid generators", "healthy networks", "deep tanh, variance 1"], list(by_definition(pilots))
        ),
        "",
        f"Seeds {_span(REPORTED)}, {len(reported)} networks of {runs} runs, of which {right} were judged as built:",
        "",
        *_markdown(["built to be ↓, judged →", *CLASSES], [[name, *matrix.loc[name]] for name in CLASSES]),
        "",
        "By how they were built, on the same seeds:",
        "",
        *_markdown(["built to be", "how", "networks", "judged"], list(by_build(reported))),
    ]
    return "\n".join(lines)


def pilot_sentence(pilots: pd.DataFrame) -> str:
    """Say how far healthy networks of the pilot seeds moved, and what thresholds follow."""
    healthy = pilots[pilots["built"] == "healthy"]
    time, depth = healthy["over_time"], healthy["over_depth"]
    most = {"vanishing": -time.min(), "exploding": time.max(), "depth": depth.abs().max()}
    limits = [f"{np.ceil(value * 2) / 2:.1f}" for value in most.values()]
    return (
        f"The {len(healthy)} healthy networks of the pilot seeds {_span(PILOTS)} lost at most {most['vanishing']:.2f} "
        f"decades over time, gained at most {most['exploding']:.2f}, and their ends lay at most {most['depth']:.2f} "
        f"apart over depth. The next half decades are the thresholds: {', '.join(limits)}."
    )


def by_definition(pilots: pd.DataFrame) -> Iterator[list[str]]:
    """Set what healthy networks show against those that are sick over depth, however depth is measured."""
    vanishing = pilots["how"] == "deep sigmoid generator"
    exploding = pilots["how"].str.startswith(("deep tanh generator", "deep tanh discriminator"))
    for column, name in DEPTHS.items():
        kinds = [pilots.loc[chosen, column] for chosen in (vanishing, pilots["built"] == "healthy", exploding)]
        yield [name, *(f"{values.min():+.2f} to {values.max():+.2f}" for values in kinds)]


def by_build(reported: pd.DataFrame) -> Iterator[list[Any]]:
    """Count the verdicts on each way to build a network."""
    for (built, how), own in reported.groupby(["built", "how"], sort=False):
        counts = own["verdict"].value_counts()
        yield [built, how, len(own), ", ".join(f"{counts[name]} {name}" for name in CLASSES if name in counts)]


def _markdown(head: list[str], rows: list[list[Any]]) -> list[str]:
    return [f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows]]


def _span(seeds: range) -> str:
    return f"{seeds[0]}–{seeds[-1]}"


def main(docs: Path = Path("docs")) -> None:
    """Train and judge the whole zoo, and write both files."""
    torch.set_num_threads(1)
    table = pd.concat([table_of(PILOTS), table_of(REPORTED)], ignore_index=True)
    write_table(docs / "verdicts.csv", table)
    page = docs / "verdicts.md"
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    write_text(page, f"{before}{MARKS[0]}\n{summary(table)}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
