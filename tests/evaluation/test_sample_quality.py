"""Quality of what trained members generate, reconstruct and classify."""

import numpy as np
import pandas as pd
import pytest
from tests.evaluation.cases import MEASURED, SHAPE, SUBSET, images, labelled, measure_floor, points

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.feature_spaces import compute_features, load_feature_nets, make_feature_nets, train_feature_nets
from aegan.evaluation.sample_quality import evaluate_cohort, measure_samples, select_real_features
from aegan.metrics.registry import METRICS, RECONSTRUCTION
from aegan.training.checkpoint import Checkpoints
from aegan.training.weights import save_weights


def cohort_quality(nets, seeds, samples, reconstructions, test, reference, floor, classes=None):
    return evaluate_cohort(nets, seeds, samples, reconstructions, test, reference, floor, SUBSET, classes).quality


def quality_of(nets, samples, reference, seed):
    return measure_samples(nets, samples, select_real_features(reference, SUBSET), seed, SUBSET)[0]


@pytest.fixture
def nets():
    return make_feature_nets(SHAPE, 0)


def test_sample_quality_is_tidy_and_follows_its_seed(nets):
    test, samples = ArrayDataset(images()), ArrayDataset(images(50, seed=1))
    reference = {
        "test/random": compute_features(nets["random"], test),
        "train/random": compute_features(nets["random"], ArrayDataset(images(80, 9))),
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
    assert set(table["metric"]) == MEASURED | set(RECONSTRUCTION) <= set(METRICS)
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


def test_points_are_compared_where_they_lie():
    nets, test = make_feature_nets((2,), 0), ArrayDataset(points())
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
    nets, test = make_feature_nets((2,), 0), ArrayDataset(points())
    reference, floor = measure_floor(nets, ArrayDataset(points(seed=5)), test, 40)
    samples = np.stack([points(40, 1), points(40, 2)])
    samples[0, 3, 1] = np.nan
    table = cohort_quality(nets, [4, 9], samples, np.zeros((2, 0, 2), np.float32), test, reference, floor)
    assert table.loc[table["seed"] == 4, "value"].isna().all()
    assert table.loc[table["seed"] == 9, "value"].notna().all()
    assert set(table.loc[table["seed"] == 4, "metric"]) == MEASURED


def test_the_dirac_world_is_measured_without_a_crash():
    nets, place = make_feature_nets((1,), 0), np.zeros((30, 1), np.float32)
    reference, floor = measure_floor(nets, ArrayDataset(place), ArrayDataset(place), 20)
    samples = np.stack([place, place + 0.5])
    table = cohort_quality(nets, [0, 1], samples, place[None].repeat(2, 0), ArrayDataset(place), reference, floor)
    value = table.set_index(["metric", "seed"])["value"]
    floors = floor.set_index("metric")["floor"]
    assert (value["fd", 0], value["fd", 1], floors["fd"]) == (0, 0.25, 0)
    assert (value["kid", 0], floors["kid"]) == (0, 0)
    assert np.isnan([value["precision", 0], value["coverage", 1], floors["recall"]]).all()
