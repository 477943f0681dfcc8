"""The spaces that data are compared in: the nets of a study, and what they make of data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.metrics.blocks import blocks_of
from aegan.metrics.features import Features, features_of
from aegan.networks.features import feature_net
from aegan.networks.inception import inception
from aegan.networks.initialise import initialised
from aegan.training.checkpoint import Checkpoints, load_weights
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import classifier_recruits, fresh_classifier

#: the space of the class numbers that the classifier takes data for
TAKEN = "classes"

#: the space of Inception's features, in which a Fréchet distance is the FID of the literature
INCEPTION = "inception"


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
    rng = seeding.torch_generator(seeding.YARDSTICK, "init", "random features")
    nets = {"random": initialised(lambda: feature_net(shape), rng)}
    if classes:
        nets["classifier"] = fresh_classifier(shape, classes, seeding.YARDSTICK)
    return nets


def load_feature_nets(
    weights: Path | str, shape: tuple[int, ...], classes: int, inception_weights: Path | str | None = None
) -> dict[str, nn.Module]:
    """Load what `train_features` wrote: feature space -> net from data to features.

    A classifier gives two: its features, and the classes that it takes data for. Images have Inception's features, too,
    where the user has its weights.
    """
    nets = feature_nets(shape, classes)
    for name, net in nets.items():
        load_weights(weights, seeding.YARDSTICK, name, net)
    if "classifier" in nets:
        whole = nets["classifier"]
        nets |= {"classifier": whole.get_submodule("features"), TAKEN: nn.Sequential(whole, Taken())}
    if inception_weights and len(shape) == 3:
        nets[INCEPTION] = inception(inception_weights, shape[0])
    return nets


def train_feature_nets(
    train: ArrayDataset, test: ArrayDataset, classes: int, epochs: int, checkpoints: Checkpoints
) -> tuple[dict[int, dict[str, nn.Module]], dict[str, float]]:
    """Make the feature nets of a data set, and train the classifier if it is among them.

    Returns:
        The nets by seed and name, as `save_weights` takes them, and the classifier's test accuracy, if there is one.
    """
    nets = feature_nets(train.sample_shape, classes)
    if "classifier" not in nets:
        return {seeding.YARDSTICK: nets}, {}
    recruit, rounds_per_epoch = classifier_recruits(classes, train)
    (member,) = train_cohort([seeding.YARDSTICK], epochs * rounds_per_epoch, recruit, checkpoints).members
    classifier = member.game.modules["classifier"]
    # in memory as it comes back from a file: the same numbers add up in the same order
    nets["classifier"] = classifier.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    right = (embed(nets["classifier"], test).argmax(1) == test.labels).mean()
    return {seeding.YARDSTICK: nets}, {"accuracy": float(right)}


def embed(net: nn.Module, data: ArrayDataset) -> np.ndarray:
    """Compute the outputs (N, D) of a net, float32."""
    return data.map_batches(net.to(data.device).eval())


def embed_blocks(net: nn.Module, data: ArrayDataset) -> Iterator[np.ndarray]:
    """Compute the outputs of a net a block (n, D) at a time."""
    return (embed(net, ArrayDataset(block, device=data.device)) for block in blocks_of(data.array))


def embedded(net: nn.Module, data: ArrayDataset, subset: int, seed: int) -> Features:
    """Make the features of data; of more than `subset` rows, that many drawn from the seed are at hand."""
    drawn = drawn_rows(len(data), subset, seed)
    if drawn is None:
        return features_of(embed(net, data))
    at_hand = embed(net, ArrayDataset(np.take(data.array, drawn, axis=0), device=data.device))
    return Features(len(data), lambda: embed_blocks(net, data), at_hand)


def drawn_rows(count: int, subset: int, seed: int) -> np.ndarray | None:
    """Draw the numbers (subset,) of some rows, in ascending order; None where there are no more than that."""
    if count <= subset:
        return None
    return np.sort(seeding.numpy_generator(seed, "subset").choice(count, subset, replace=False))


def reference_blocks(
    nets: Mapping[str, nn.Module], train: ArrayDataset, test: ArrayDataset
) -> Iterator[tuple[str, Iterator[np.ndarray]]]:
    """Compute the features of real data: for each split and space its name, as in "test/random", and blocks."""
    for split, data in (("train", train), ("test", test)):
        for space, net in nets.items():
            yield f"{split}/{space}", embed_blocks(net, data)
