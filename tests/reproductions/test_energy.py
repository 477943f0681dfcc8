"""EBGAN, figure 2: the score and the probability by hand, tables through the grade, a tiny run."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.energy import (
    compute_modified_inception_score,
    energy,
    make_methods,
    probability_of_superiority,
)
from aegan.reproductions.inputs import ReproductionData

TINY = {"configurations": 2, "generator_widths": (4, 6), "discriminator_widths": (4, 6), "depths": (1, 2)} | {
    "code": 2,
    "latent": 3,
    "rounds": 4,
    "batch_size": 8,
    "samples": 20,
    "classifier_epochs": 1,
}


def test_images_that_look_alike_score_nothing():
    assert compute_modified_inception_score(np.tile([1.0, 2, 3], (5, 1))) == pytest.approx(0, abs=1e-12)


def test_score_of_two_images_of_two_classes():
    p = 1 / (1 + np.exp(-4.0))
    expected = -np.log(4 * p * (1 - p)) / 2  # KL of (1/2, 1/2) from (p, 1 - p)
    assert compute_modified_inception_score(np.array([[4.0, 0], [0, 4]])) == pytest.approx(expected)


def test_certain_answers_have_a_finite_score():
    assert np.isfinite(compute_modified_inception_score(np.array([[500.0, -500], [-500, 500]], np.float32)))


def table(gan, ebgan):
    arms = {"GAN": gan, "EBGAN": ebgan}
    return pd.DataFrame(
        [(seed, game, score) for game, of_game in arms.items() for seed, own in enumerate(of_game) for score in own],
        columns=["seed", "game", "score"],
    )


def test_probability_counts_ties_half():
    assert probability_of_superiority(table([[1.0, 3.0]], [[3.0, 2.0]])) == pytest.approx((1 + 0.5 + 1 + 0) / 4)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table([[0.0, 1]] * 5, [[0.5, 2]] * 5), True),
        (table([[0.0, 1]] * 5, [[0.0, 1]] * 5), False),
        (table([[0.0, 1]] * 5, [[0.0, 0.5]] * 5), False),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in energy().grade(rows)] == [passes]


def test_both_games_of_a_configuration_have_the_same_generator():
    configuration = {"generator_width": 7, "generator_depth": 3, "discriminator_width": 5, "discriminator_depth": 3}
    methods = make_methods(configuration, latent=4, code=2, margin=0.3)
    assert methods["GAN"]["generator"] == methods["EBGAN"]["generator"] == {"name": "dense", "width": 7, "depth": 3}
    assert methods["EBGAN"]["role"]["architecture"] == {"name": "dense", "code": 2, "width": 5, "depth": 2}


def test_a_tiny_run_says_the_same_twice_and_is_drawn(tiny):
    rows = ArrayDataset(tiny.images(), np.arange(40) % 3)
    result = energy(**TINY)
    found = result.measure(0, ReproductionData(rows, rows))
    assert_frame_equal(found, result.measure(0, ReproductionData(rows, rows)), check_exact=True)
    assert list(found["game"]) == ["GAN", "EBGAN"] * 2
    assert (found["score"] >= 0).all()
    (axes,) = result.draw(found.assign(seed=0)).axes
    assert len(axes.lines) == 2
