import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.code_quality import Codes
from aegan.evaluation.feature_spaces import embed, feature_nets, load_feature_nets, reference_blocks, train_feature_nets
from aegan.evaluation.sample_quality import evaluate_autoencoder, evaluate_cohort, known, project, sample_quality
from aegan.evaluation.sample_quality import measure_floor as floor_of
from aegan.games.roles import fresh_autoencoder
from aegan.metrics.registry import BETTER, CODES, DISTRIBUTION, MEMORY, RECONSTRUCTION, SEPARATION
from aegan.networks.features import FEATURES
from aegan.training.checkpoint import Checkpoints, save_weights

SHAPE, SUBSET = (1, 8, 8), 10_000
MEASURED = {metric for entry in DISTRIBUTION.values() for metric in entry.better} | set(MEMORY)


def images(count=60, seed=0, brightness=255):
    return np.random.default_rng(seed).integers(0, brightness + 1, (count, 8, 8, 1), dtype=np.uint8)


def reference_of(nets, train, test):
    return {name: np.concatenate(list(blocks)) for name, blocks in reference_blocks(nets, train, test)}


def measure_floor(nets, train, test, count):
    reference = reference_of(nets, train, test)
    return reference, floor_of(reference, count, SUBSET)


def cohort_quality(nets, seeds, samples, reconstructions, test, reference, floor, classes=None):
    return evaluate_cohort(nets, seeds, samples, reconstructions, test, reference, floor, SUBSET, classes).quality


def quality_of(nets, samples, reference, seed):
    return sample_quality(nets, samples, known(reference, SUBSET), seed, SUBSET)[0]


@pytest.fixture
def nets():
    return feature_nets(SHAPE, 0)


def test_feature_nets_are_the_same_for_every_study_and_differ_from_each_other():
    first, again = (feature_nets(SHAPE, 3) for _ in range(2))
    assert set(first) == {"random", "classifier"}
    assert set(feature_nets(SHAPE, 0)) == {"random"}
    for name in first:
        assert all(map(torch.equal, first[name].parameters(), again[name].parameters()))
    assert not torch.equal(first["random"].conv0.weight, first["classifier"].features.conv0.weight)


def test_embedding_is_the_net_in_chunks():
    many = ArrayDataset(images(1100))
    features = embed(nn.Flatten(), many)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, images(1100).reshape(1100, 64) / np.float32(255), rtol=1e-6)


def labelled(count, seed):
    """Dark images are class 0, bright ones class 1."""
    labels = np.arange(count) % 2
    return ArrayDataset(np.uint8(images(count, seed, 80) + 150 * labels[:, None, None, None]), labels)


def test_the_classifier_learns_and_its_features_come_back_from_disk(tmp_path):
    train, test = labelled(512, 0), labelled(50, 1)
    nets, measured = train_feature_nets(train, test, 2, 10, Checkpoints(tmp_path / "c", "print"))
    assert measured["accuracy"] > 0.9
    save_weights(tmp_path / "features.safetensors", nets)
    loaded = load_feature_nets(tmp_path / "features.safetensors", SHAPE, 2)
    np.testing.assert_array_equal(embed(loaded["random"], test), embed(nets[0]["random"], test))
    np.testing.assert_array_equal(embed(loaded["classifier"], test), embed(nets[0]["classifier"].features, test))
    assert embed(loaded["classifier"], test).shape == (50, FEATURES)
    taken = embed(loaded["classes"], test)
    assert taken.shape == (50, 1)
    assert (taken[:, 0] == test.labels).mean() == measured["accuracy"]


def test_data_without_classes_have_the_random_net_alone(tmp_path):
    nets, measured = train_feature_nets(
        ArrayDataset(images()), ArrayDataset(images()), 0, 1, Checkpoints(tmp_path, "print")
    )
    assert set(nets[0]) == {"random"}
    assert measured == {}


def test_the_floor_of_identical_data_is_perfect(nets):
    data = ArrayDataset(images())
    reference, table = measure_floor(nets, data, data, 60)
    floor = table.set_index("metric")["floor"]
    assert list(table.columns) == ["space", "metric", "floor"]
    assert set(floor.index) == MEASURED | {"spread"}
    assert floor["precision"] == floor["recall"] == floor["coverage"] == 1
    np.testing.assert_allclose(floor["fd"], 0, atol=1e-3)
    np.testing.assert_array_equal(reference["test/random"], embed(nets["random"], data))


def test_sample_quality_is_tidy_and_follows_its_seed(nets):
    test, samples = ArrayDataset(images()), ArrayDataset(images(50, seed=1))
    reference = {
        "test/random": embed(nets["random"], test),
        "train/random": embed(nets["random"], ArrayDataset(images(80, 9))),
    }
    table, again = (quality_of(nets, samples, reference, 3) for _ in range(2))
    assert list(table.columns) == ["space", "metric", "value", "n"]
    assert set(table["metric"]) == MEASURED
    assert set(table["n"]) == {50}
    pd.testing.assert_frame_equal(table, again)


def test_a_classifier_tells_which_classes_are_missing(tmp_path):
    train, test = labelled(512, 0), labelled(80, 1)
    trained, _ = train_feature_nets(train, test, 2, 10, Checkpoints(tmp_path / "c", "print"))
    save_weights(tmp_path / "features.safetensors", trained)
    nets = load_feature_nets(tmp_path / "features.safetensors", SHAPE, 2)
    reference, floor = measure_floor(nets, train, test, 80)
    assert set(floor[floor["space"] == "classes"]["metric"]) == {"class_kl", "class_coverage"}
    dark, both = (ArrayDataset(labelled(160, 2).array[::step]) for step in (2, 1))
    values = [quality_of(nets, made, reference, 0).set_index(["space", "metric"])["value"] for made in (dark, both)]
    assert [value["classes", "class_coverage"] for value in values] == [0.5, 1]
    assert values[0]["classes", "class_kl"] == pytest.approx(np.log(2), abs=0.15)
    assert values[1]["classes", "class_kl"] < 0.02


def cohort(nets, samples, reconstructions):
    test = ArrayDataset(images())
    reference, floor = measure_floor(nets, ArrayDataset(images(seed=5)), test, 40)
    return cohort_quality(nets, [4, 9], samples, reconstructions, test, reference, floor), floor


def test_cohort_quality_joins_samples_reconstructions_and_floors(nets):
    samples, pictures = np.stack([images(40, 1), images(40, 2)]), np.stack([images(), images(seed=3)])
    table, floor = cohort(nets, samples, pictures)
    assert list(table.columns) == ["seed", "space", "metric", "value", "floor", "n"]
    assert set(table["metric"]) == MEASURED | set(RECONSTRUCTION) <= set(BETTER)
    pixels = table[table["space"] == "pixels"].set_index(["seed", "metric"])
    assert pixels["floor"].isna().all()
    assert pixels["value"][4, "mse"] == 0
    assert pixels["value"][9, "mse"] > 0.1
    assert set(pixels["n"]) == {60}
    generated = table[table["space"] == "random"]
    expected = generated["metric"].map(floor.set_index("metric")["floor"])
    np.testing.assert_array_equal(generated["floor"], expected)


def test_accuracy_is_that_of_the_first_rows_of_the_test_split(nets):
    test, samples = ArrayDataset(images(), np.arange(60) % 3), np.stack([images(40, 1), images(40, 2)])
    reference, floor = measure_floor(nets, ArrayDataset(images(seed=5)), test, 40)
    told = np.stack([np.arange(20) % 3, np.zeros(20, np.int64)])
    nothing = np.zeros((2, 0, 8, 8, 1), np.uint8)
    table = cohort_quality(nets, [4, 9], samples, nothing, test, reference, floor, told)
    accuracy = table[table["space"] == "labels"]
    assert accuracy[["seed", "metric", "value", "n"]].to_numpy().tolist() == [
        [4, "accuracy", 1.0, 20],
        [9, "accuracy", 7 / 20, 20],
    ]
    without = cohort_quality(nets, [4, 9], samples, nothing, test, reference, floor, told[:, :0])
    assert "accuracy" not in set(without["metric"])


def test_methods_without_reconstructions_have_no_pixel_rows(nets):
    samples = np.stack([images(40, 1), images(40, 2)])
    table, _ = cohort(nets, samples, np.zeros((2, 0, 8, 8, 1), np.uint8))
    assert set(table["space"]) == {"random"}
    assert table["seed"].drop_duplicates().tolist() == [4, 9]


def test_a_member_is_measured_alike_in_any_cohort(nets):
    nothing = np.zeros((2, 0, 8, 8, 1), np.uint8)
    both, _ = cohort(nets, np.stack([images(40, 1), images(40, 2)]), nothing)
    swapped, _ = cohort(nets, np.stack([images(40, 1), images(40, 3)]), nothing)
    four = (table[table["seed"] == 4].reset_index(drop=True) for table in (both, swapped))
    pd.testing.assert_frame_equal(*four)


def test_worse_images_measure_worse(nets):
    good, dark = images(40, 1), images(40, 1, brightness=60)
    table, _ = cohort(nets, np.stack([good, dark]), np.zeros((2, 0, 8, 8, 1), np.uint8))
    value = table.set_index(["metric", "seed"])["value"]
    assert value["fd", 4] < value["fd", 9]
    assert value["coverage", 4] > value["coverage", 9]


def test_autoencoders_are_measured_on_the_test_split(tmp_path):
    chosen = {"architecture": {"name": "dense", "code": 3, "width": 8, "depth": 1}, "objective": {"name": "mse"}}
    autoencoder, test = fresh_autoencoder(chosen, SHAPE, 7), ArrayDataset(images(20), np.arange(20))
    save_weights(tmp_path / "a.safetensors", {seed: {"autoencoder": autoencoder} for seed in (0, 1)})
    drawn = np.random.default_rng(0).normal(size=(2, 20, 3)).astype(np.float32)
    codes = Codes(drawn, np.arange(20) % 4, drawn)
    measured = evaluate_autoencoder(chosen, [0, 1], tmp_path / "a.safetensors", test, codes)
    assert list(measured.quality.columns) == ["seed", "metric", "value", "n"]
    assert measured.reconstructions.shape == (2, 20, 8, 8, 1)
    with torch.no_grad():
        by_hand = autoencoder(test.batch(np.arange(20)).real).mul(255).round().permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(measured.reconstructions[1], by_hand)
    error = ((by_hand / 255.0 - images(20) / 255.0) ** 2).mean()
    mse = measured.quality.set_index(["metric", "seed"])["value"]["mse", 0]
    np.testing.assert_allclose(mse, error, rtol=1e-6)
    assert set(measured.quality["metric"]) == set(RECONSTRUCTION) | set(CODES) | set(SEPARATION) <= set(BETTER)
    assert list(measured.projection["label"][:20]) == list(range(20))


def test_codes_are_projected_on_their_principal_components():
    codes = np.random.default_rng(0).normal(size=(2, 30, 5)).astype(np.float32)
    table = project([3, 8], codes, np.arange(30))
    assert list(table.columns) == ["seed", "x", "y", "label"]
    for position, seed in enumerate((3, 8)):
        plane = PCA(2).fit_transform(codes[position].astype(np.float64))
        measured = table.loc[table["seed"] == seed, ["x", "y"]].to_numpy()
        np.testing.assert_allclose(np.abs(measured), np.abs(plane), atol=1e-10)


def test_codes_of_one_number_lie_on_a_line():
    codes = np.arange(6, dtype=np.float32).reshape(1, 6, 1)
    table = project([0], codes, None)
    np.testing.assert_allclose(np.abs(table["x"]), np.abs(np.arange(6) - 2.5), atol=1e-6)
    assert (table["y"] == 0).all()
    assert table["label"].isna().all()


def points(count=60, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 2)).astype(np.float32)


def test_points_are_their_own_features_and_survive_the_disk(tmp_path):
    trained, measured = train_feature_nets(
        ArrayDataset(points(), np.arange(60)), ArrayDataset(points()), 60, 1, Checkpoints(tmp_path, "p")
    )
    assert (set(trained[0]), measured) == ({"points"}, {})
    save_weights(tmp_path / "features.safetensors", trained)
    loaded = load_feature_nets(tmp_path / "features.safetensors", (2,), 60)
    np.testing.assert_array_equal(embed(loaded["points"], ArrayDataset(points())), points())


def test_points_are_compared_where_they_lie():
    nets, test = feature_nets((2,), 0), ArrayDataset(points())
    reference, floor = measure_floor(nets, ArrayDataset(points(seed=5)), test, 40)
    samples, decoded = np.stack([points(40, 1), points(40, 2) + 3]), np.stack([points(), points() + 2])
    table = cohort_quality(nets, [4, 9], samples, decoded, test, reference, floor)
    value = table.set_index(["metric", "seed"])["value"]
    assert set(table["space"]) == {"points"}
    assert set(table["metric"]) == MEASURED | {"mse"}
    assert value["fd", 4] < 1 < value["fd", 9] < 20
    assert (value["mse", 4], value["mse", 9]) == (0, pytest.approx(4, rel=1e-5))
    assert table["floor"].notna().eq(table["metric"] != "mse").all()


def test_points_of_a_diverged_member_have_no_quality_and_its_siblings_do():
    nets, test = feature_nets((2,), 0), ArrayDataset(points())
    reference, floor = measure_floor(nets, ArrayDataset(points(seed=5)), test, 40)
    samples = np.stack([points(40, 1), points(40, 2)])
    samples[0, 3, 1] = np.nan
    table = cohort_quality(nets, [4, 9], samples, np.zeros((2, 0, 2), np.float32), test, reference, floor)
    assert table.loc[table["seed"] == 4, "value"].isna().all()
    assert table.loc[table["seed"] == 9, "value"].notna().all()
    assert set(table.loc[table["seed"] == 4, "metric"]) == MEASURED


def test_the_dirac_world_is_measured_without_a_crash():
    nets, place = feature_nets((1,), 0), np.zeros((30, 1), np.float32)
    reference, floor = measure_floor(nets, ArrayDataset(place), ArrayDataset(place), 20)
    samples = np.stack([place, place + 0.5])
    table = cohort_quality(nets, [0, 1], samples, place[None].repeat(2, 0), ArrayDataset(place), reference, floor)
    value = table.set_index(["metric", "seed"])["value"]
    floors = floor.set_index("metric")["floor"]
    assert (value["fd", 0], value["fd", 1], floors["fd"]) == (0, 0.25, 0)
    assert (value["kid", 0], floors["kid"]) == (0, 0)
    assert np.isnan([value["precision", 0], value["coverage", 1], floors["recall"]]).all()
