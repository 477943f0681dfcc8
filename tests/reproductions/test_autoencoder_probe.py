"""The study's own question: which decisions are graded, in which words."""

import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.reproductions.autoencoder_probe import CRITERIA, grade_autoencoder_probe
from aegan.tables import GRADE_COLUMNS

LOST, STEPS = "gradient lost at equal cross-entropy", "steps to a cross-entropy of 0.7"
DECISIONS = pd.DataFrame(
    [
        ["digits", "article", "gan", LOST, 1.5, 0.5, 2.5, 5, "helps"],
        ["digits", "hinge", "gan", LOST, 0.1, -1.0, 1.0, 5, "undecided"],  # a method without an autoencoder
        ["digits", "article", "gan", "coverage", 0.2, 0.1, 0.3, 5, "helps"],  # another question
        ["grid", "article", "gan", STEPS, -2.0, -3.0, -1.0, 4, "hurts"],
    ],
    columns=["dataset", "method", "baseline", "outcome", "effect", "low", "high", "n", "decision"],
).assign(family="primary", differs="")


def test_decisions_about_gradients_of_methods_with_an_autoencoder_are_graded():
    grades = grade_autoencoder_probe(DECISIONS, ["article"])
    assert sorted(grades.columns) == sorted(GRADE_COLUMNS)
    assert list(grades["grade"]) == ["helps", "hurts"]
    assert list(grades["value"]) == [1.5, -2.0]
    assert list(grades["n"]) == [5, 4]
    assert (
        grades["criterion"][0]
        == "article loses fewer decades of gradient to an equal discriminator than gan on digits, in decades"
    )
    # what a role trains on may be its reconstructions, so the sentence is not about samples
    assert grades["criterion"][1] == (
        "article trains on fakes that take a fresh discriminator longer to tell from data than those of gan on grid, "
        "in decades"
    )


def test_the_criteria_are_endpoints_of_the_decision_table():
    assert set(CRITERIA) <= {endpoint.label for endpoint in ENDPOINTS.values()}


def test_a_comparison_of_different_networks_is_not_graded():
    unmatched = DECISIONS.assign(differs=["generator: 6 layers, not 3", *[""] * 3])
    assert list(grade_autoencoder_probe(unmatched, ["article"])["grade"]) == ["hurts"]


def test_a_comparison_of_two_autoencoders_does_not_tell_whether_one_helps():
    against_role = DECISIONS.assign(baseline=["warm_start", *["gan"] * 3])
    assert list(grade_autoencoder_probe(against_role, ["article", "warm_start"])["grade"]) == ["hurts"]


def test_a_study_without_such_methods_has_no_grade():
    assert grade_autoencoder_probe(DECISIONS, []).empty
