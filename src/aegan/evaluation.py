"""How generated data compare with real ones: feature spaces, floors, and the rows of quality tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from torch import Tensor, nn

from aegan import seeding
from aegan.code_quality import Codes, code_quality
from aegan.games.game import Game
from aegan.latents import load_autoencoder
from aegan.metrics.catalogue import CLASSES, DISTRIBUTION, MEMORY, fidelity, memory, quality
from aegan.networks.features import feature_net
from aegan.networks.initialise import initialised
from aegan.training.checkpoint import Checkpoints, load_weights
from aegan.training.cohort import train_cohort
from aegan.training.recruiting import classifier_recruits, data_shape, fresh_classifier
from aegan.training.sampling import reconstructed
from aegan.training.stream import Rows

#: the seed of both feature nets: one yardstick for a whole study
SEED = 0

#: the space of the class numbers that the classifier takes data for
TAKEN = "classes"

NO_QUALITY = dict.fromkeys([*(name for entry in DISTRIBUTION.values() for name in entry.better), *MEMORY], float("nan"))


class Taken(nn.Module):
    """From scores (N, K) of classes to the number (N, 1) of the highest."""

    def forward(self, scores: Tensor) -> Tensor:  # noqa: D102
        return scores.argmax(1, keepdim=True)


def feature_nets(shape: tuple[int, ...], classes: int) -> dict[str, nn.Module]:
    """Make the feature nets of a study at their initial weights.

    Images have two spaces, the features of a frozen random CNN and, where there are classes, of a classifier. Points
    have one, in which they are their own features.
    """
    if len(shape) == 1:
        return {"points": nn.Identity()}
    rng = seeding.torch_generator(SEED, "init", "random features")
    nets = {"random": initialised(lambda: feature_net(shape), rng)}
    if classes:
        nets["classifier"] = fresh_classifier(shape, classes, SEED)
    return nets


def load_feature_nets(weights: Path | str, shape: tuple[int, ...], classes: int) -> dict[str, nn.Module]:
    """Load what `train_features` wrote: feature space -> net from data to features.

    A classifier gives two: its features, and the classes that it takes data for.
    """
    nets = feature_nets(shape, classes)
    for name, net in nets.items():
        load_weights(weights, SEED, name, net)
    if "classifier" in nets:
        whole = nets["classifier"]
        nets |= {"classifier": whole.get_submodule("features"), TAKEN: nn.Sequential(whole, Taken())}
    return nets


def train_feature_nets(
    train: Rows, test: Rows, classes: int, epochs: int, checkpoints: Checkpoints
) -> tuple[dict[int, dict[str, nn.Module]], dict[str, float]]:
    """Make the feature nets of a data set, and train the classifier if it is among them.

    Returns:
        The nets by seed and name, as `save_weights` takes them, and the classifier's test accuracy, if there is one.
    """
    nets = feature_nets(data_shape(train), classes)
    if "classifier" not in nets:
        return {SEED: nets}, {}
    recruit, rounds_per_epoch = classifier_recruits(classes, train)
    (member,) = train_cohort([SEED], epochs * rounds_per_epoch, recruit, checkpoints).members
    nets["classifier"] = member.game.modules["classifier"]
    right = (embed(nets["classifier"], test).argmax(1) == test.labels).mean()
    return {SEED: nets}, {"accuracy": float(right)}


def embed(net: nn.Module, data: Rows) -> np.ndarray:
    """Compute the outputs (N, D) of a net, float32."""
    return data.mapped(net.to(data.device).eval())


def measure_floor(
    nets: Mapping[str, nn.Module], train: Rows, test: Rows, count: int
) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Compare real data with real ones: the best any generator of `count` images or points can be expected to reach.

    What samples owe to the train split is measured of one half of the test split, and known by the other.

    Returns:
        The features by split and space, as in "test/random", and a table: space, metric, floor.
    """
    rng = seeding.numpy_generator(SEED, "floor")
    drawn, order = rng.choice(len(train), count, replace=False), rng.permutation(len(test))
    reference: dict[str, np.ndarray] = {}
    rows = []
    for space, net in nets.items():
        known, held_out = (embed(net, split) for split in (train, test))
        reference |= {f"train/{space}": known, f"test/{space}": held_out}
        halves = np.array_split(held_out[order], 2)
        measured = spread(space, held_out, known[drawn], rng) | copied(space, known, *halves)
        rows += [{"space": space, "metric": metric, "floor": value} for metric, value in measured.items()]
    return reference, pd.DataFrame(rows)


def spread(space: str, real: np.ndarray, fake: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """Compute the distribution metrics that a space has."""
    return quality(real, fake, rng, CLASSES if space == TAKEN else DISTRIBUTION)


def copied(space: str, train: np.ndarray, test: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    """Compute what samples owe to train data, in a space that has distances."""
    return {} if space == TAKEN else memory(train, test, fake)


def cohort_quality(
    nets: Mapping[str, nn.Module],
    seeds: Sequence[int],
    samples: np.ndarray,
    reconstructions: np.ndarray,
    test: Rows,
    reference: Mapping[str, np.ndarray],
    floor: pd.DataFrame,
    classes: np.ndarray | None = None,
) -> pd.DataFrame:
    """Measure what every member makes: seed, space, metric, value, floor, n.

    Args:
        nets: feature space -> net.
        seeds: the members.
        samples: uint8 (seeds, n, H, W, C) generated images or float32 (seeds, n, D) points, compared with the test
            split in every space.
        reconstructions: (seeds, N or 0, …) of the first of the test split, compared number by number.
        test: the test split.
        reference: features by split and space, from `measure_floor`.
        floor: what `measure_floor` measured.
        classes: (seeds, N or 0) that the first of the test split were taken for.
    """
    tables = []
    for position, seed in enumerate(seeds):
        generated = sample_quality(nets, Rows(samples[position], device=test.device), reference, seed)
        paired = reconstruction_quality(test.array[: reconstructions.shape[1]], reconstructions[position])
        told = classification_quality(test.labels, () if classes is None else classes[position])
        tables.append(pd.concat([table for table in (generated, paired, told) if len(table)]).assign(seed=seed))
    table = pd.concat(tables, ignore_index=True).merge(floor, how="left", on=["space", "metric"])
    return table[["seed", "space", "metric", "value", "floor", "n"]]


def sample_quality(
    nets: Mapping[str, nn.Module], samples: Rows, reference: Mapping[str, np.ndarray], seed: int
) -> pd.DataFrame:
    """Compare generated data with both splits in every feature space: space, metric, value, n.

    Points of a diverged member that are not finite have a quality that is no number.
    """
    rows = []
    for space, net in nets.items():
        rng = seeding.numpy_generator(seed, "evaluation", space)
        features, train, test = embed(net, samples), reference[f"train/{space}"], reference[f"test/{space}"]
        finite = np.isfinite(features).all()
        measured = spread(space, test, features, rng) | copied(space, train, test, features) if finite else NO_QUALITY
        rows += [{"space": space, "metric": m, "value": v, "n": len(samples)} for m, v in measured.items()]
    return pd.DataFrame(rows)


def reconstruction_quality(originals: np.ndarray, reconstructions: np.ndarray) -> pd.DataFrame:
    """Compare images (N, H, W, C) or points (N, D) with their reconstructions: space, metric, value, n."""
    measured = fidelity(originals, reconstructions) if len(reconstructions) else {}
    space = "points" if originals.ndim == 2 else "pixels"
    rows = [{"space": space, "metric": m, "value": v, "n": len(reconstructions)} for m, v in measured.items()]
    return pd.DataFrame(rows, columns=["space", "metric", "value", "n"])


def classification_quality(labels: np.ndarray | None, classes: np.ndarray | Sequence[int]) -> pd.DataFrame:
    """Compare the classes (N,) that the first rows were taken for with their labels: space, metric, value, n."""
    if labels is None or len(classes) == 0:
        return pd.DataFrame()
    right = float((labels[: len(classes)] == classes).mean())
    return pd.DataFrame([{"space": "labels", "metric": "accuracy", "value": right, "n": len(classes)}])


class Measured(NamedTuple):
    """What the evaluation of an autoencoder gives."""

    quality: pd.DataFrame  #: seed, metric, value, n
    reconstructions: np.ndarray  #: (seeds, N, …) of the test split, each like a row of it
    projection: pd.DataFrame  #: seed, x, y, label


def evaluate_autoencoder(
    chosen: Mapping[str, Any], seeds: Sequence[int], weights: Path | str, test: Rows, codes: Codes
) -> Measured:
    """Measure what each seed's autoencoder makes of the test split, and project its codes for a scatter plot.

    Args:
        chosen: the resolved entry of `autoencoders`.
        seeds: the members.
        weights: what the autoencoder phase wrote.
        test: the test split.
        codes: of both splits; their test codes are those of `test`.
    """
    autoencoders = {seed: load_autoencoder(chosen, data_shape(test), seed, weights).to(test.device) for seed in seeds}
    decoded = reconstructed({seed: Game(players=(), reconstruct=own) for seed, own in autoencoders.items()}, test)
    tables = []
    for position, (seed, autoencoder) in enumerate(autoencoders.items()):
        paired = reconstruction_quality(test.array, decoded[position]).drop(columns="space")
        coded = code_quality(autoencoder, test, codes, position)
        tables.append(pd.concat([paired, coded]).assign(seed=seed))
    measured = pd.concat(tables, ignore_index=True)[["seed", "metric", "value", "n"]]
    return Measured(measured, decoded, project(seeds, codes.test, test.labels))


def project(seeds: Sequence[int], codes: np.ndarray, labels: np.ndarray | None) -> pd.DataFrame:
    """Project codes (seeds, N, code) on their first two principal components: seed, x, y, label (empty if unknown)."""
    from sklearn.decomposition import PCA

    tables = []
    for seed, of_seed in zip(seeds, codes, strict=True):
        pca = PCA(n_components=min(2, of_seed.shape[1]), svd_solver="full")
        plane = np.zeros((len(of_seed), 2))
        plane[:, : pca.n_components] = pca.fit_transform(of_seed.astype(np.float64))
        tables.append(pd.DataFrame({"seed": seed, "x": plane[:, 0], "y": plane[:, 1], "label": labels}))
    return pd.concat(tables, ignore_index=True)
