"""The corruption ladder, on points that need no network and on pictures."""

import numpy as np
import pandas as pd
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruption_ladder import (
    CLEAN,
    COLUMNS,
    CORRUPTIONS,
    LEVELS,
    Subject,
    fitting,
    judged,
    measure_ladder,
)
from aegan.evaluation.feature_spaces import TAKEN, Taken, embed, feature_nets
from aegan.metrics.registry import BETTER


def ring(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 8
    centres = 4 * np.stack([np.cos(labels * np.pi / 4), np.sin(labels * np.pi / 4)], 1)
    return ArrayDataset((centres + 0.2 * rng.normal(size=(count, 2))).astype(np.float32), labels)


def features(nets, train, test):
    return {
        f"{split}/{space}": embed(nets[space], rows)
        for split, rows in (("train", train), ("test", test))
        for space in nets
    }


@pytest.fixture(scope="module")
def table():
    nets, train, test = feature_nets((2,), 0), ring(1600, 0), ring(800, 1)
    return measure_ladder(nets, train, test, features(nets, train, test))


def usable(table):
    return table[table["expected"]].groupby("metric")["usable"].first()


def test_every_level_of_every_corruption_is_measured_and_every_metric_expected_somewhere(table):
    assert list(table.columns) == COLUMNS
    assert table.groupby(["corruption", "level"], sort=False).ngroups == 4 * len(LEVELS)
    assert set(table["corruption"]) == {"copies", "dropped", "duplicates", "noise"}
    assert {metric for corruption in CORRUPTIONS.values() for metric in corruption.seen_by} <= set(BETTER)
    assert set(usable(table).index) == set(table["metric"])


def test_metrics_that_respond_are_usable(table):
    assert usable(table)[["fd", "kid", "coverage", "memorisation"]].all()
    of_copies = table[(table["corruption"] == "copies") & (table["metric"] == "memorisation")]
    assert of_copies["value"].iloc[-1] < 0.01


def subject(count=64, side=8):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, count, side, side, 1), dtype=np.uint8)
    return Subject(ArrayDataset(pictures[0], np.arange(count) % 8), count // 2, pictures[1])


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corruptions_keep_count_and_kind_and_leave_their_data_alone(name):
    given = subject()
    before = given.rows.array.copy()
    for level in LEVELS:
        made = CORRUPTIONS[name].corrupt(given, level, np.random.default_rng(1))
        assert (made.shape, made.dtype) == ((32, 8, 8, 1), np.uint8)
    np.testing.assert_array_equal(given.rows.array, before)


def test_corruptions_do_what_they_are_called():
    given, rng = subject(), np.random.default_rng(1)

    def made(name, level):
        return CORRUPTIONS[name].corrupt(given, level, rng)

    spreads = [given.array.std(), *(made("blur", level).std() for level in LEVELS)]
    assert spreads == sorted(spreads, reverse=True)
    errors = [np.abs(made("noise", level) - given.array.astype(float)).mean() for level in LEVELS]
    assert errors == sorted(errors)
    assert [len(np.unique(made("duplicates", level), axis=0)) for level in LEVELS] == [16, 8, 4, 2]
    assert [int((made("copies", n) == given.array).all(axis=(1, 2, 3)).sum()) for n in LEVELS] == [24, 16, 8, 0]
    numbered = Subject(ArrayDataset(np.arange(64, dtype=np.float32)[:, None], np.arange(64) % 8), 32, given.train)
    left = [len(np.unique(CORRUPTIONS["dropped"].corrupt(numbered, level, rng) % 8)) for level in LEVELS]
    assert left == [7, 6, 5, 4]


def test_points_have_no_blur_and_a_single_class_is_not_left_out():
    points = np.zeros((4, 2), np.float32)
    assert "blur" not in fitting(ArrayDataset(points, np.arange(4)))
    assert "dropped" not in fitting(ArrayDataset(points, np.zeros(4, int)))
    assert "dropped" not in fitting(ArrayDataset(points))
    assert fitting(ArrayDataset(np.zeros((4, 8, 8, 1), np.uint8), np.arange(4))) == list(CORRUPTIONS)


def rungs(values, metric="fd", corruption="noise"):
    rows = [(CLEAN, 0, "random", metric, value) for value in (1.0, 1.1, 0.9)]
    rows += [(corruption, level, "random", metric, value) for level, value in zip(LEVELS, values, strict=True)]
    return judged(pd.DataFrame(rows, columns=COLUMNS[:5]))


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
    nets = feature_nets((1, 8, 8), 0)
    nets[TAKEN] = _Brightness()
    table = measure_ladder(nets, train, test, features(nets, train, test))
    assert set(table["space"]) == {"random", TAKEN}
    dropped = table[(table["corruption"] == "dropped") & (table["metric"] == "class_coverage")]
    assert dropped["value"].tolist() == [0.75, 0.75, 0.5, 0.5]
    assert usable(table)[["class_kl", "class_coverage"]].all()


def test_too_few_data_are_not_judged():
    nets, few = feature_nets((2,), 0), ring(16, 0)
    assert measure_ladder(nets, few, few, features(nets, few, few)).empty


class _Brightness(Taken):
    """Take pictures for the class whose brightness they have."""

    def forward(self, images):
        return super().forward(-(images.mean((1, 2, 3))[:, None] * 255 - (_LEVELS + 30)).abs())


_LEVELS = 60 * torch.arange(4)
