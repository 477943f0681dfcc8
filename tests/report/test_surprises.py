"""What is listed as surprising, and that nothing is where nothing is."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from aegan.report.surprises import list_surprises

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]
VERDICTS = pd.DataFrame(
    {"dataset": "digits", "method": "gan", "seed": [0, 1], "network": "generator", "verdict": "stable"}
)
GRADES = pd.DataFrame({"result": ["dirac", "critic_depth"], "grade": ["reproduced", "reproduced"]})
CURE, FD = ("reconstruction", "gan", "cure"), ("reconstruction", "gan", "fd")


def surprises(primary, replications=None):
    tables = [make_decisions(primary)]
    if replications:
        tables.append(make_decisions(replications, "replication", "fashion_mnist"))
    return list_surprises(pd.concat(tables, ignore_index=True), VERDICTS, GRADES)


@pytest.mark.parametrize("cure", ["helps", "equivalent", "undecided"])
@pytest.mark.parametrize("fd", ["helps", "undecided"])
def test_better_samples_surprise_only_where_the_gradient_is_shown_not_to_be_better(cure, fd):
    found = surprises({CURE: cure, FD: fd})
    expected = ["Better samples, and no less gradient lost: reconstruction against gan on digits."]
    assert found == (expected if (cure, fd) == ("equivalent", "helps") else [])
    shallow = make_decisions({CURE: cure, FD: fd}).assign(shallow=[True, False])
    assert list_surprises(shallow, VERDICTS, GRADES) == []  # nothing could be lost


def test_a_better_gradient_without_better_samples_and_harm_are_told():
    found = surprises({CURE: "helps", FD: "hurts"})
    assert found[0].startswith(
        "Against the claim, reconstruction against gan on digits hurts in FD-cls (0.5 decades worse"
    )
    assert found[1:] == ["Less gradient lost, and no better samples: reconstruction against gan on digits."]


@pytest.mark.parametrize(
    ("word", "told"), [("helps", False), ("undecided", False), ("equivalent", True), ("hurts", True)]
)
def test_replications_that_were_decided_otherwise_are_told(word, told):
    replication = {("reconstruction_modes", "gan_modes", "fd"): word}
    found = surprises({FD: "helps"}, replication)
    assert [sentence.startswith("Unlike the primary comparison, reconstruction_modes") for sentence in found] == [
        True
    ] * told


def test_replications_of_another_pair_of_roles_are_not_mixed_up():
    warm = ("reconstruction", "warm_start", "fd")
    roles = {("warm_start", "gan", "fd"): "helps"}  # by which the role of the baseline is known
    assert surprises({FD: "helps", warm: "hurts"} | roles, {FD: "helps", warm: "hurts"})[1:] == []
    (_, *found) = surprises({FD: "helps", warm: "hurts"} | roles, {FD: "hurts", warm: "hurts"})
    assert len(found) == 1
    assert "reconstruction against gan on fashion_mnist hurts" in found[0]


def test_divergence_and_published_results_that_were_not_reproduced_are_told():
    table = make_decisions({FD: "helps"})
    diverged = VERDICTS.assign(verdict=["stable", "diverged"])
    failed = GRADES.assign(grade=["reproduced", "not reproduced"])
    assert list_surprises(table, diverged, failed) == [
        "1 of 2 runs diverged: 1 of gan on digits. A diverged run stops, ranks worst, and is never left out.",
        "Published results of which a criterion was not reproduced here: critic depth.",
    ]
