"""The registry of published results: blocks of seeds, the table of grades, drawing; what every entry says of itself."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from aegan.data.array_dataset import ArrayDataset
from aegan.registry import build
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.registry import (
    REPRODUCTIONS,
    draw_reproduction,
    grade_reproductions,
    measure_by_seed,
)
from aegan.tables import GRADE_COLUMNS

BOUND = {"name": "spectral_bound", "cases": 40}
DIRAC = {"name": "dirac", "rounds": 20, "orbit_gammas": [1.0]}
POINTS = ArrayDataset(np.zeros((4, 1), np.float32))


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_every_entry_names_paper_and_claim(name):
    reproduction = build(REPRODUCTIONS, {"name": name})
    assert any(character.isdigit() for character in reproduction.paper)
    assert reproduction.claim.endswith(".")
    assert bool(reproduction.data) == (REPRODUCTIONS[name].data is not None)  # else no difference of data is named


@pytest.mark.parametrize(("result", "points"), [(BOUND, None), (DIRAC, POINTS)])  # one by one, and together
def test_a_seed_is_measured_as_it_is_alone(result, points):
    data = points and ReproductionData(points, points)
    both = measure_by_seed(result, [0, 3], data)
    assert list(both["seed"].unique()) == [0, 3]
    assert both.columns[0] == "seed"
    alone = measure_by_seed(result, [3], data)
    assert_frame_equal(both[both["seed"] == 3].reset_index(drop=True), alone, check_exact=True)


def test_grades_do_not_depend_on_the_blocks_of_seeds():
    blocks = [measure_by_seed(BOUND, [0, 1], None), measure_by_seed(BOUND, [2], None)]
    grades = grade_reproductions({"mine": BOUND}, {"mine": blocks}, {})
    assert list(grades.columns) == list(GRADE_COLUMNS)
    assert_frame_equal(
        grades, grade_reproductions({"mine": BOUND}, {"mine": [pd.concat(blocks)]}, {}), check_exact=True
    )
    assert set(grades["result"]) == {"mine"}
    assert set(grades["grade"]) <= {"reproduced", "not reproduced"}
    assert set(grades["setting"]) == {"cases 40 instead of 10000"}
    assert set(grades["n"]) == {3}


def test_a_result_is_drawn_from_all_blocks():
    data = ReproductionData(POINTS, POINTS)
    figure = draw_reproduction(DIRAC, [measure_by_seed(DIRAC, [0], data), measure_by_seed(DIRAC, [1], data)])
    assert len(figure.axes) == 5
    assert figure.get_facecolor()[:3] != (1.0, 1.0, 1.0)  # the report's style, not matplotlib's white
