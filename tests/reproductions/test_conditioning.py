"""Odena 2018: rank correlation against scipy, a linear generator's conditioning, tables through the grade."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from scipy.stats import spearmanr
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.conditioning import conditioning, correlate_ranks, mean_log_condition, rank_correlation
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.training import train_generators

TINY = {"epochs": 2, "channels": (2, 3), "latent": 3, "batch_size": 20} | {
    "codes": 4,
    "samples": 20,
    "classifier_epochs": 1,
}


@pytest.fixture
def data(tiny):
    labels = np.arange(40) % 3
    return ReproductionData(ArrayDataset(tiny.images(), labels), ArrayDataset(tiny.images(seed=1), labels))


def test_rank_correlation_is_that_of_scipy():
    pairs = np.random.default_rng(0).normal(size=(30, 1, 2)).round(1)
    assert rank_correlation(pairs) == pytest.approx(spearmanr(*pairs[:, 0].T).statistic)
    assert rank_correlation(np.array([[[1.0, 3]], [[1, 4]]])) == 0
    assert rank_correlation(np.array([[[1.0, 3]], [[np.inf, 4]]])) == pytest.approx(1)


def test_what_differs_between_sizes_does_not_count():
    pairs = np.random.default_rng(0).normal(size=(9, 2, 2))
    assert rank_correlation(pairs + np.array([[0, 0], [100, -100]])) == pytest.approx(rank_correlation(pairs))


def test_condition_of_a_linear_generator_is_that_of_its_matrix():
    generator = nn.Linear(2, 2, bias=False)
    generator.weight.data = torch.diag(torch.tensor([10.0, 0.1]))
    game = SimpleNamespace(modules={"generator": generator})
    assert mean_log_condition(game, torch.randn(3, 2, dtype=torch.float64)) == pytest.approx(4, abs=1e-6)
    assert generator.weight.dtype == torch.float32


def table(slope, seeds=24, noise=0.3):
    rng = np.random.default_rng(1)
    x = rng.normal(size=seeds)
    fd = slope * x + noise * rng.normal(size=seeds)
    return pd.DataFrame({"seed": range(seeds), "channels": 8, "log_condition": x, "fd": fd})


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table(1.0), True),
        (table(-1.0), False),
        (table(0.0), False),
        (table(1.0, seeds=19), False),  # too few runs
        (table(1.0).replace({"fd": {table(1.0)["fd"][3]: np.nan}}), False),  # one of them failed
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in conditioning().grade(rows)] == [passes]


def test_runs_of_one_seed_are_resampled_together():
    doubled = pd.concat([table(0.5)] * 2)
    assert correlate_ranks(doubled) == correlate_ranks(table(0.5))


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    result = conditioning(**TINY)
    rows = result.measure(2, data)
    assert_frame_equal(rows, result.measure(2, data), check_exact=True)
    assert list(rows["channels"]) == [2, 3]
    assert rows.notna().all(axis=None)
    assert len(result.draw(rows.assign(seed=2)).axes[0].lines) == 2


def test_a_generator_of_one_epoch_is_the_same_on_the_way_to_two(tiny, data):
    method = tiny.method(generator={"name": "conv", "channels": 2}, discriminator={"name": "conv", "channels": 2})
    short = train_generators(method, data.train_dataset, 0, (1,), 20)[1]
    assert tiny.identical(short, train_generators(method, data.train_dataset, 0, (1, 2), 20)[1])


def test_a_diverged_gan_has_no_generator(tiny, data):
    images = ArrayDataset(data.train_dataset.array, data.train_dataset.labels)
    images.select_batch = lambda rows, _step=0: data.train_dataset.select_batch(rows)._replace(
        real=torch.full((len(rows), 1, 8, 8), torch.nan)
    )
    assert train_generators(tiny.method(), images, 0, (1, 2), 20) == {1: {}, 2: {}}


def test_unlabelled_images_are_refused(tiny):
    rows = ArrayDataset(tiny.images())
    with pytest.raises(InputError, match="labels"):
        conditioning(**TINY).measure(0, ReproductionData(rows, rows))
