"""How generated images compare with real ones: feature spaces, floors, and the rows of quality tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from torch import nn

from aegan import seeding
from aegan.games.game import Game
from aegan.latents import load_autoencoder
from aegan.metrics.catalogue import fidelity, quality
from aegan.networks.features import feature_net
from aegan.networks.initialise import initialised
from aegan.training.checkpoint import Checkpoints, load_weights
from aegan.training.cohort import train_cohort
from aegan.training.recruiting import classifier_recruits, fresh_classifier, image_shape
from aegan.training.sampling import reconstructed
from aegan.training.stream import Rows

#: the seed of both feature nets: one yardstick for a whole study
SEED = 0


def feature_nets(shape: tuple[int, ...], classes: int) -> dict[str, nn.Module]:
    """Make the feature nets at their initial weights: a frozen random CNN, and a classifier where there are classes."""
    rng = seeding.torch_generator(SEED, "init", "random features")
    nets = {"random": initialised(lambda: feature_net(shape), rng)}
    if classes:
        nets["classifier"] = fresh_classifier(shape, classes, SEED)
    return nets


def load_feature_nets(weights: Path | str, shape: tuple[int, ...], classes: int) -> dict[str, nn.Module]:
    """Load what `train_features` wrote: feature space -> net from images to features."""
    nets = feature_nets(shape, classes)
    for name, net in nets.items():
        load_weights(weights, SEED, name, net)
    return {name: net.get_submodule("features") if name == "classifier" else net for name, net in nets.items()}


def train_feature_nets(
    train: Rows, test: Rows, classes: int, epochs: int, checkpoints: Checkpoints
) -> tuple[dict[int, dict[str, nn.Module]], dict[str, float]]:
    """Make the feature nets of a data set, training the classifier where there are classes.

    Returns:
        The nets by seed and name, as `save_weights` takes them, and the classifier's test accuracy, if there is one.
    """
    nets = feature_nets(image_shape(train), classes)
    if not classes:
        return {SEED: nets}, {}
    recruit, rounds_per_epoch = classifier_recruits(classes, train)
    (member,) = train_cohort([SEED], epochs * rounds_per_epoch, recruit, checkpoints).members
    nets["classifier"] = member.game.modules["classifier"]
    right = (embed(nets["classifier"], test).argmax(1) == test.labels).mean()
    return {SEED: nets}, {"accuracy": float(right)}


def embed(net: nn.Module, images: Rows) -> np.ndarray:
    """Compute the outputs (N, D) of a net, float32."""
    return images.mapped(net.to(images.device).eval())


def measure_floor(
    nets: Mapping[str, nn.Module], train: Rows, test: Rows, count: int
) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Compare real images with real ones: the best any generator of `count` images can be expected to reach.

    Returns:
        The features of the test split by space, and a table: space, metric, floor.
    """
    rng = seeding.numpy_generator(SEED, "floor")
    drawn = Rows(np.take(train.array, rng.choice(len(train), count, replace=False), axis=0), device=train.device)
    reference = {space: embed(net, test) for space, net in nets.items()}
    rows = [
        {"space": space, "metric": metric, "floor": value}
        for space, net in nets.items()
        for metric, value in quality(reference[space], embed(net, drawn), rng).items()
    ]
    return reference, pd.DataFrame(rows)


def cohort_quality(
    nets: Mapping[str, nn.Module],
    seeds: Sequence[int],
    samples: np.ndarray,
    reconstructions: np.ndarray,
    test: Rows,
    reference: Mapping[str, np.ndarray],
    floor: pd.DataFrame,
) -> pd.DataFrame:
    """Measure every member's images: seed, space, metric, value, floor, n.

    Args:
        nets: feature space -> net.
        seeds: the members.
        samples: uint8 (seeds, n, H, W, C) generated images, compared with the test split in every space.
        reconstructions: uint8 (seeds, N or 0, H, W, C) of the first of the test split, compared pixel by pixel.
        test: the test split.
        reference: feature space -> features of the test split.
        floor: what `measure_floor` measured.
    """
    tables = []
    for position, seed in enumerate(seeds):
        generated = sample_quality(nets, Rows(samples[position], device=test.device), reference, seed)
        pixels = reconstruction_quality(test.array[: reconstructions.shape[1]], reconstructions[position])
        tables.append(pd.concat([table for table in (generated, pixels) if len(table)]).assign(seed=seed))
    table = pd.concat(tables, ignore_index=True).merge(floor, how="left", on=["space", "metric"])
    return table[["seed", "space", "metric", "value", "floor", "n"]]


def sample_quality(
    nets: Mapping[str, nn.Module], samples: Rows, reference: Mapping[str, np.ndarray], seed: int
) -> pd.DataFrame:
    """Compare generated images with the test split in every feature space: space, metric, value, n."""
    rows = []
    for space, net in nets.items():
        rng = seeding.numpy_generator(seed, "evaluation", space)
        measured = quality(reference[space], embed(net, samples), rng)
        rows += [{"space": space, "metric": m, "value": v, "n": len(samples)} for m, v in measured.items()]
    return pd.DataFrame(rows)


def reconstruction_quality(originals: np.ndarray, reconstructions: np.ndarray) -> pd.DataFrame:
    """Compare images with their reconstructions, uint8 (N, H, W, C), pixel by pixel: space, metric, value, n."""
    measured = fidelity(originals, reconstructions) if len(reconstructions) else {}
    rows = [{"space": "pixels", "metric": m, "value": v, "n": len(reconstructions)} for m, v in measured.items()]
    return pd.DataFrame(rows, columns=["space", "metric", "value", "n"])


class Measured(NamedTuple):
    """What the evaluation of an autoencoder gives."""

    quality: pd.DataFrame  #: seed, metric, value, n
    reconstructions: np.ndarray  #: uint8 (seeds, N, H, W, C) of the test split
    projection: pd.DataFrame  #: seed, x, y, label


def evaluate_autoencoder(
    chosen: Mapping[str, Any], seeds: Sequence[int], weights: Path | str, test: Rows, codes: np.ndarray
) -> Measured:
    """Measure how each seed's autoencoder reconstructs the test split, and project its codes for a scatter plot.

    Args:
        chosen: the resolved entry of `autoencoders`.
        seeds: the members.
        weights: what the autoencoder phase wrote.
        test: the test split.
        codes: float32 (seeds, N, code) of the test split.
    """
    games = {}
    for seed in seeds:
        autoencoder = load_autoencoder(chosen, image_shape(test), seed, weights).to(test.device)
        games[seed] = Game(players=(), reconstruct=autoencoder)
    pictures = reconstructed(games, test)
    tables = [
        reconstruction_quality(test.array, of_seed).drop(columns="space").assign(seed=seed)
        for seed, of_seed in zip(seeds, pictures, strict=True)
    ]
    measured = pd.concat(tables, ignore_index=True)[["seed", "metric", "value", "n"]]
    return Measured(measured, pictures, project(seeds, codes, test.labels))


def project(seeds: Sequence[int], codes: np.ndarray, labels: np.ndarray | None) -> pd.DataFrame:
    """Project codes (seeds, N, code) on their first two principal components: seed, x, y, label (empty if unknown)."""
    tables = []
    for seed, of_seed in zip(seeds, codes, strict=True):
        pca = PCA(n_components=min(2, of_seed.shape[1]), svd_solver="full")
        plane = np.zeros((len(of_seed), 2))
        plane[:, : pca.n_components] = pca.fit_transform(of_seed.astype(np.float64))
        tables.append(pd.DataFrame({"seed": seed, "x": plane[:, 0], "y": plane[:, 1], "label": labels}))
    return pd.concat(tables, ignore_index=True)
