"""PacGAN, table 1: the mixture from its labels, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.data.gaussians import Grid
from aegan.errors import InputError
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.packing import estimate_mixture, packing, require_mixture

TINY = {"rounds": 5, "batch_size": 8, "samples": 30} | {
    f"{network}_{size}": 4 if size == "width" else 1
    for network in ("generator", "discriminator")
    for size in ("width", "depth")
}


@pytest.fixture
def data():
    grid = Grid(count=5000).load([])
    rows = ArrayDataset(grid.values, grid.labels)
    return ReproductionData(rows, rows)


def test_the_mixture_is_read_from_its_labels(data):
    centres, std = estimate_mixture(data.train_dataset)
    np.testing.assert_allclose(centres, Grid().compute_centres(), atol=5 * 0.05 / np.sqrt(150))
    assert std == pytest.approx(0.05, rel=5 / np.sqrt(4 * 5000))


def table(gan, pac, ali):
    arms = zip(["GAN", "PacGAN2", "ALI"], (gan, pac, ali), strict=True)
    return pd.DataFrame(
        [(seed, arm, modes) for arm, of_arm in arms for seed, modes in enumerate(of_arm)],
        columns=["seed", "arm", "modes"],
    )


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table([10, 18, 5], [12, 20, 6], [11, 19, 6]), [True, True]),  # apart within each seed, though not between
        (table([10, 18, 5], [10, 18, 5], [9, 17, 4]), [False, False]),
        (table([10, 10, 10], [25, 25, 9], [25, 25, 11]), [False, True]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in packing().grade(rows)] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    result = packing(**TINY)
    rows = result.measure(0, data)
    assert_frame_equal(rows, result.measure(0, data), check_exact=True)
    assert list(rows["arm"]) == ["GAN", "PacGAN2", "ALI"]
    assert rows["modes"].between(0, 25).all()
    assert rows["high_quality"].between(0, 1).all()
    assert len(result.draw(rows.assign(seed=0)).axes) == 2


@pytest.mark.parametrize("labels", [None, np.zeros(40, int)])
def test_images_and_unlabelled_points_are_refused(tiny, labels):
    rows = ArrayDataset(tiny.images() if labels is not None else np.zeros((40, 2), np.float32), labels)
    with pytest.raises(InputError, match="packing"):
        require_mixture(ReproductionData(rows, rows))
