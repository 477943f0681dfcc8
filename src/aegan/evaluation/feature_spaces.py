"""The feature spaces that data are compared in: the feature nets of a data set, and features of data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from aegan import seeding
from aegan.data.array_dataset import ArrayDataset
from aegan.games.classification import make_classifier
from aegan.metrics.blocks import iterate_blocks
from aegan.metrics.features import Features, make_features
from aegan.networks.features import build_feature_net
from aegan.networks.inception import load_inception
from aegan.networks.initialise import initialise_module
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import classifier_member_factory
from aegan.training.weights import load_weights

#: the space of the class numbers that the classifier predicts
PREDICTED_CLASSES = "classes"

#: the space of Inception's features, in which a Fréchet distance is the FID of the literature
INCEPTION = "inception"


class PredictedClass(nn.Module):
    """Maps class scores to the number of the highest."""

    def forward(self, scores: Tensor) -> Tensor:
        """Map scores (N, K) to class numbers (N, 1)."""
        return scores.argmax(1, keepdim=True)


def make_feature_nets(shape: tuple[int, ...], classes: int) -> dict[str, nn.Module]:
    """Make the feature nets of a data set with initial weights, by feature space.

    Images (C, H, W) have the features of a random CNN that stays at its initial weights and, with classes, those of a
    classifier. Points (D,) have one space, in which they are their own features.
    """
    if len(shape) == 1:
        return {"points": nn.Identity()}
    rng = seeding.torch_generator(seeding.YARDSTICK, "init", "random features")
    nets = {"random": initialise_module(lambda: build_feature_net(shape), rng)}
    if classes:
        nets["classifier"] = make_classifier(shape, classes, seeding.YARDSTICK)
    return nets


def load_feature_nets(
    weights: Path | str, shape: tuple[int, ...], classes: int, inception_weights: Path | str | None = None
) -> dict[str, nn.Module]:
    """Load the feature nets that the rule `train_features` wrote.

    Args:
        weights: safetensors.
        shape: (C, H, W) of images, (D,) of points.
        classes: number of classes; 0 without labels.
        inception_weights: weights of Inception; None if the user has none.

    Returns:
        feature space -> net from data to features. A classifier gives two spaces: its features, and the classes that it
        predicts. With `inception_weights`, images also have Inception's features.
    """
    nets = make_feature_nets(shape, classes)
    for name, net in nets.items():
        load_weights(weights, seeding.YARDSTICK, name, net)
    if "classifier" in nets:
        whole = nets["classifier"]
        nets |= {
            "classifier": whole.get_submodule("features"),
            PREDICTED_CLASSES: nn.Sequential(whole, PredictedClass()),
        }
    if inception_weights and len(shape) == 3:
        nets[INCEPTION] = load_inception(inception_weights, shape[0])
    return nets


def train_feature_nets(
    train_dataset: ArrayDataset, test_dataset: ArrayDataset, classes: int, epochs: int, checkpoints: Checkpoints
) -> tuple[dict[int, dict[str, nn.Module]], dict[str, float]]:
    """Make the feature nets of a data set, and train the classifier if it is among them.

    Args:
        train_dataset: the train split.
        test_dataset: the test split, on which the accuracy is measured.
        classes: number of classes; 0 without labels.
        epochs: epochs of the classifier's training.
        checkpoints: its checkpoints.

    Returns:
        The nets by seed and name, as `save_weights` takes them, and the classifier's test accuracy, if there is one.
    """
    nets = make_feature_nets(train_dataset.sample_shape, classes)
    if "classifier" not in nets:
        return {seeding.YARDSTICK: nets}, {}
    make_member, rounds_per_epoch = classifier_member_factory(classes, train_dataset)
    (member,) = train_cohort([seeding.YARDSTICK], epochs * rounds_per_epoch, make_member, checkpoints).members
    classifier = member.game.modules["classifier"]
    # the memory format of weights read from a file, so that sums have the same order
    nets["classifier"] = classifier.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    accuracy = (compute_features(nets["classifier"], test_dataset).argmax(1) == test_dataset.labels).mean()
    return {seeding.YARDSTICK: nets}, {"accuracy": float(accuracy)}


class ReferenceKey(NamedTuple):
    """The name of real features in a file: split and feature space."""

    split: str  #: train or test
    space: str

    def encode(self) -> str:
        """Join the parts, as in `test/random`."""
        return "/".join(self)

    @classmethod
    def parse(cls, key: str) -> ReferenceKey:
        """Read what `encode` wrote."""
        return cls(*key.split("/"))


def list_spaces(reference: Mapping[str, np.ndarray]) -> list[str]:
    """List the feature spaces of `reference`: encoded `ReferenceKey` -> features (N, D)."""
    return [key.space for key in map(ReferenceKey.parse, reference) if key.split == "test"]


def compute_features(net: nn.Module, dataset: ArrayDataset) -> np.ndarray:
    """Compute the outputs (N, D) of a net for N samples, float32."""
    return dataset.map_batches(net.to(dataset.device).eval())


def compute_feature_blocks(net: nn.Module, dataset: ArrayDataset) -> Iterator[np.ndarray]:
    """Compute the outputs of a net, one block (n, D) at a time."""
    blocks = iterate_blocks(dataset.array)
    return (compute_features(net, ArrayDataset(block, device=dataset.device)) for block in blocks)


def collect_features(net: nn.Module, dataset: ArrayDataset, subset: int, seed: int) -> Features:
    """Make the `Features` of data: those of a subset are kept in memory, the blocks are computed when read.

    Args:
        net: from data to features.
        dataset: the data, N samples.
        subset: number of samples whose features are kept in memory; all if there are no more.
        seed: draws the subset.
    """
    rows = draw_rows(len(dataset), subset, seed)
    if rows is None:
        return make_features(compute_features(net, dataset))
    drawn = compute_features(net, ArrayDataset(np.take(dataset.array, rows, axis=0), device=dataset.device))
    return Features(len(dataset), lambda: compute_feature_blocks(net, dataset), drawn)


def draw_rows(count: int, subset: int, seed: int) -> np.ndarray | None:
    """Draw distinct row numbers (subset,), in ascending order.

    Args:
        count: number of rows to draw from.
        subset: number of rows to draw.
        seed: draws them.

    Returns:
        The row numbers; None if there are no more rows than are to be drawn.
    """
    if count <= subset:
        return None
    return np.sort(seeding.numpy_generator(seed, "subset").choice(count, subset, replace=False))


def compute_reference_blocks(
    nets: Mapping[str, nn.Module], train_dataset: ArrayDataset, test_dataset: ArrayDataset
) -> Iterator[tuple[str, Iterator[np.ndarray]]]:
    """Compute the features of real data.

    Args:
        nets: feature space -> net.
        train_dataset: the train split.
        test_dataset: the test split.

    Yields:
        For each split and space its encoded `ReferenceKey`, and the features in blocks (n, D).
    """
    for split, dataset in (("train", train_dataset), ("test", test_dataset)):
        for space, net in nets.items():
            yield ReferenceKey(split, space).encode(), compute_feature_blocks(net, dataset)
