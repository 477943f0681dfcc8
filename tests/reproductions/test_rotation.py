"""The field near the end of training: tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.rotation import largest_share, rotation

TINY = {"width": 4, "latent": 2, "rounds": 3, "batch_size": 8, "probe_size": 16}


@pytest.fixture
def data():
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32))
    return ReproductionData(rows, rows)


START = {"game": [3 + 0.6j, 3 - 0.6j, 1], "generator": [2, -1]}


def table(game, generator, field=0.05):
    """Two seeds with these eigenvalues and this length of the field at the end, and others at the start."""
    ends = {"game": game, "generator": generator, "field": [field]}
    parts = {part: np.asarray(values, complex) for part, values in ends.items()}
    tables = [
        pd.DataFrame({"part": part, "x": values.real, "y": values.imag, "stage": stage, "seed": seed})
        for part, values_at_end in parts.items()
        for stage, values in (("start", np.array((START | {"field": [1.0]})[part])), ("end", values_at_end))
        for seed in (0, 1)
    ]
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table([3 + 4j, 3 - 4j, 1], [2, 1, -0.5]), [True, True, True]),
        (table([3, 1, -1], [2, 1, 0.5]), [False, True, False]),
        (table([3 + 0.62j, 3 - 0.62j], [2, 1, -0.01]), [False, True, False]),  # within a hundredth of the largest
        (table(*START.values(), field=1.0), [False, False, False]),  # what the game is before it is trained
        (table([3 + 4j, 3 - 4j, 1], [2, 1, -0.5], field=0.2), [True, False, False]),  # not stationary, so no saddle
        (table([np.nan], [np.nan], field=np.nan), [False, False, False]),  # a member that diverged
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in rotation().grade(rows)] == passes


def test_shares_are_of_the_largest_modulus_and_nan_of_nothing():
    rows = table([3 + 4j, 3 - 4j, 1], [2, 1, -0.5]).query("stage == 'end' and seed == 0")
    assert largest_share(rows, "game", rows["y"].abs()) == pytest.approx(0.8)
    assert largest_share(rows, "generator", -rows["x"]) == pytest.approx(0.25)
    assert np.isnan(largest_share(rows[:0], "game", rows["y"][:0]))
    lost = rows.assign(y=rows["y"].where(rows["y"] != 4))  # a rotation that was not found may be the largest
    assert np.isnan(largest_share(lost, "game", lost["y"].abs()))


def test_a_tiny_run_says_the_same_twice_and_is_drawn(data):
    before = torch.random.get_rng_state()
    result = rotation(**TINY)
    rows = result.measure(0, data)
    assert_frame_equal(rows, result.measure(0, data), check_exact=True)
    assert torch.equal(before, torch.random.get_rng_state())
    assert set(zip(rows["part"], rows["stage"], strict=True)) == {
        ("game", "start"), ("generator", "start"), ("game", "end"), ("generator", "end"), ("path", "end"),
        ("field", "start"), ("field", "end"),
    }  # fmt: skip
    assert len(result.grade(pd.concat([rows.assign(seed=seed) for seed in (0, 1)]))) == 3
    assert len(result.draw(pd.concat([rows.assign(seed=seed) for seed in (0, 1)])).axes) == 3


def test_images_are_played_on_as_well():
    images = ArrayDataset(np.random.default_rng(0).integers(0, 256, (30, 4, 4, 1), dtype=np.uint8))
    assert len(rotation(**TINY).measure(0, ReproductionData(images, images)))
