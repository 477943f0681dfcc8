"""Grades: intervals against bounds, controls, failed runs."""

import numpy as np
import pytest

from aegan.reproductions.grading import grade_criterion


def test_the_whole_interval_must_pass():
    values = [1.0, 1.1, 1.2, 1.3, 1.4]
    grade = grade_criterion("x ≥ 0.9", values, at_least=0.9)
    assert grade.passed
    assert (grade.criterion, grade.n) == ("x ≥ 0.9", 5)
    assert 1.0 <= grade.low <= grade.value <= grade.high <= 1.4
    assert not grade_criterion("x ≥ 1.2", values, at_least=1.2).passed  # the value passes, its lower end does not
    assert not grade_criterion("x ≤ 1.2", values, at_most=1.2).passed


def test_the_value_is_the_interquartile_mean():
    assert grade_criterion("x", [0.0, 1.0, 2.0, 100.0]).value == 1.5


def test_what_the_control_passes_as_well_does_not_pass():
    values = [1.0, 1.1, 1.2, 1.3, 1.4]
    assert grade_criterion("x ≥ 0.9", values, at_least=0.9, control=[0.0, 0.1, 0.2, 0.3, 1.0]).passed
    kept = grade_criterion("x ≥ 0.9", values, at_least=0.9, control=[2.0] * 5)
    assert kept == grade_criterion("x ≥ 0.9", values, at_least=0.9)._replace(passed=False)


@pytest.mark.parametrize("control", [[np.nan] * 5, [0.0, 0.1, np.nan, 0.2, 0.3], []])
def test_a_control_that_was_not_measured_is_none_that_failed(control):
    grade = grade_criterion("x ≥ 0.9", [1.0, 1.1, 1.2, 1.3, 1.4], at_least=0.9, control=control)
    assert (grade.passed, grade.word) == (False, "not measured")
    assert grade.value == pytest.approx(1.2)
    failed = grade_criterion("x ≥ 0.9", [0.1, 0.2, 0.3, 0.4, 0.5], at_least=0.9, control=control)
    assert failed.word == "not reproduced"  # whatever the control
    infinite = grade_criterion("x ≥ 0.9", [1.0, 1.1, 1.2, 1.3, 1.4], at_least=0.9, control=[-np.inf] * 5)
    assert infinite.word == "reproduced"


def test_bounds_are_inclusive():
    assert grade_criterion("x = 1", np.ones(4), at_least=1.0, at_most=1.0).passed


@pytest.mark.parametrize("values", [[], [1.0, np.nan, 2.0]])
def test_no_runs_and_failed_runs_do_not_pass(values):
    grade = grade_criterion("x", values)
    assert not grade.passed
    assert np.isnan([grade.value, grade.low, grade.high]).all()
    assert grade.n == len(values)
    assert grade.word == ("not reproduced" if values else "not measured")


def test_one_seed_has_no_interval():
    grade = grade_criterion("x ≥ 0", [1.0], at_least=0.0)
    assert (grade.low, grade.high) == (-np.inf, np.inf)
    assert not grade.passed
