"""Feature spaces: their nets, and features of data."""

import numpy as np
import pytest
import torch
from tests.evaluation.cases import SHAPE, images, labelled, points
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import (
    ReferenceKey,
    compute_features,
    compute_reference_blocks,
    list_spaces,
    load_feature_nets,
    make_feature_nets,
    train_feature_nets,
)
from aegan.networks.features import FEATURES
from aegan.training.checkpoint import Checkpoints
from aegan.training.weights import save_weights


def test_feature_nets_are_the_same_for_every_study_and_differ_from_each_other():
    first, again = (make_feature_nets(SHAPE, 3) for _ in range(2))
    assert set(first) == {"random", "classifier"}
    assert set(make_feature_nets(SHAPE, 0)) == {"random"}
    for name in first:
        assert all(map(torch.equal, first[name].parameters(), again[name].parameters()))
    assert not torch.equal(first["random"].conv0.weight, first["classifier"].features.conv0.weight)


def test_embedding_is_the_net_in_chunks():
    many = ArrayDataset(images(1100))
    features = compute_features(nn.Flatten(), many)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, images(1100).reshape(1100, 64) / np.float32(255), rtol=1e-6)


def test_the_classifier_learns_and_its_features_come_back_from_disk(tmp_path):
    train, test = labelled(512, 0), labelled(50, 1)
    nets, measured = train_feature_nets(train, test, 2, 10, Checkpoints(tmp_path / "c", "print"))
    assert measured["accuracy"] > 0.9
    save_weights(tmp_path / "features.safetensors", nets)
    loaded = load_feature_nets(tmp_path / "features.safetensors", SHAPE, 2)
    np.testing.assert_array_equal(compute_features(loaded["random"], test), compute_features(nets[0]["random"], test))
    np.testing.assert_array_equal(
        compute_features(loaded["classifier"], test), compute_features(nets[0]["classifier"].features, test)
    )
    assert compute_features(loaded["classifier"], test).shape == (50, FEATURES)
    taken = compute_features(loaded["classes"], test)
    assert taken.shape == (50, 1)
    assert (taken[:, 0] == test.labels).mean() == measured["accuracy"]


def test_data_without_classes_have_the_random_net_alone(tmp_path):
    nets, measured = train_feature_nets(
        ArrayDataset(images()), ArrayDataset(images()), 0, 1, Checkpoints(tmp_path, "print")
    )
    assert set(nets[0]) == {"random"}
    assert measured == {}


def test_points_are_their_own_features_and_survive_the_disk(tmp_path):
    trained, measured = train_feature_nets(
        ArrayDataset(points(), np.arange(60)), ArrayDataset(points()), 60, 1, Checkpoints(tmp_path, "p")
    )
    assert (set(trained[0]), measured) == ({"points"}, {})
    save_weights(tmp_path / "features.safetensors", trained)
    loaded = load_feature_nets(tmp_path / "features.safetensors", (2,), 60)
    np.testing.assert_array_equal(compute_features(loaded["points"], ArrayDataset(points())), points())


@pytest.mark.parametrize(("split", "space"), [("train", "random"), ("test", "classes")])
def test_reference_keys_come_back_as_they_were_encoded(split, space):
    key = ReferenceKey(split, space)
    assert key.encode() == f"{split}/{space}"
    assert ReferenceKey.parse(key.encode()) == key


def test_reference_features_are_named_by_split_and_space():
    nets = {"flat": nn.Flatten(), "points": nn.Identity()}
    train, test = ArrayDataset(points(5)), ArrayDataset(points(3, seed=1))
    reference = {key: np.concatenate(list(blocks)) for key, blocks in compute_reference_blocks(nets, train, test)}
    assert list(reference) == ["train/flat", "train/points", "test/flat", "test/points"]
    assert list_spaces(reference) == ["flat", "points"]
    np.testing.assert_array_equal(reference["test/points"], test.array)
