"""The corruption ladder, on points that need no network and on images."""

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruption_ladder import CLEAN, READING, judge_metrics, measure_corruption_ladder
from aegan.evaluation.corruptions import CORRUPTIONS, LEVELS
from aegan.evaluation.feature_spaces import PREDICTED_CLASSES, PredictedClass, compute_features, make_feature_nets
from aegan.metrics.registry import EXPECTED_RESPONSES, METRICS
from aegan.tables import LADDER_COLUMNS


def ring(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 8
    centres = 4 * np.stack([np.cos(labels * np.pi / 4), np.sin(labels * np.pi / 4)], 1)
    return ArrayDataset((centres + 0.2 * rng.normal(size=(count, 2))).astype(np.float32), labels)


def features(nets, train, test):
    return {
        f"{split}/{space}": compute_features(nets[space], rows)
        for split, rows in (("train", train), ("test", test))
        for space in nets
    }


@pytest.fixture(scope="module")
def table():
    nets, train, test = make_feature_nets((2,), 0), ring(1600, 0), ring(800, 1)
    return measure_corruption_ladder(nets, train, test, features(nets, train, test))


def usable(table):
    return table[table["expected"]].groupby("metric")["usable"].first()


def test_every_level_of_every_corruption_is_measured_and_every_metric_expected_somewhere(table):
    assert list(table.columns) == LADDER_COLUMNS
    assert table.groupby(["corruption", "level"], sort=False).ngroups == 4 * len(LEVELS)
    assert set(table["corruption"]) == {"copies", "dropped", "duplicates", "noise"}
    assert set(EXPECTED_RESPONSES) <= set(METRICS)
    assert {name for corruptions in EXPECTED_RESPONSES.values() for name in corruptions} == set(CORRUPTIONS)
    assert set(usable(table).index) == set(table["metric"])


def test_metrics_that_respond_are_usable(table):
    assert usable(table)[["fd", "kid", "coverage", "memorisation"]].all()
    of_copies = table[(table["corruption"] == "copies") & (table["metric"] == "memorisation")]
    assert of_copies["value"].iloc[-1] < 0.01


def rungs(values, metric="fd", corruption="noise"):
    rows = [(CLEAN, 0, "random", metric, value) for value in (1.0, 1.1, 0.9)]
    rows += [(corruption, level, "random", metric, value) for level, value in zip(LEVELS, values, strict=True)]
    return judge_metrics(pd.DataFrame(rows, columns=READING))


@pytest.mark.parametrize(
    ("values", "fine"),
    [
        ((2, 3, 4, 5), True),
        ((2, 2, 2, 2), True),  # ties
        ((2, 1.9, 3, 4), True),  # a step back within the noise of 0.2
        ((2, 1.7, 3, 4), False),
        ((1, 1, 1, 1.1), False),  # sees nothing
        ((2, 3, 4, np.nan), False),
    ],
)
def test_a_metric_is_usable_if_it_gets_worse_within_its_noise(values, fine):
    table = rungs(values)
    assert table["noise"].tolist() == pytest.approx([0.2] * 4)
    assert (table["responds"] == fine).all()
    assert (table["usable"] == fine).all()


def test_directions_and_expectations_count():
    assert not rungs((2, 3, 4, 5), "precision")["usable"].any()
    assert rungs((0.8, 0.6, 0.4, 0.2), "precision")["usable"].all()
    unseen = rungs((1, 1, 1, 1), "precision", "duplicates")
    assert unseen["usable"].all()
    assert not unseen["responds"].any()


def test_pictures_with_classes_are_judged_in_every_space():
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 4
    train, test = (
        ArrayDataset(np.uint8(rng.integers(0, 60, (160, 8, 8, 1)) + 60 * labels[:, None, None, None]), labels)
        for _ in range(2)
    )
    nets = make_feature_nets((1, 8, 8), 0)
    nets[PREDICTED_CLASSES] = _Brightness()
    table = measure_corruption_ladder(nets, train, test, features(nets, train, test))
    assert set(table["space"]) == {"random", PREDICTED_CLASSES}
    dropped = table[(table["corruption"] == "dropped") & (table["metric"] == "class_coverage")]
    assert dropped["value"].tolist() == [0.75, 0.75, 0.5, 0.5]
    assert usable(table)[["class_kl", "class_coverage"]].all()


def test_too_few_data_are_not_judged():
    nets, few = make_feature_nets((2,), 0), ring(16, 0)
    assert measure_corruption_ladder(nets, few, few, features(nets, few, few)).empty


class _Brightness(PredictedClass):
    """Take pictures for the class whose brightness they have."""

    def forward(self, images):
        return super().forward(-(images.mean((1, 2, 3))[:, None] * 255 - (_LEVELS + 30)).abs())


_LEVELS = 60 * torch.arange(4)
