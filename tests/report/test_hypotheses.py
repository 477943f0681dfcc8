"""The verdicts on the named hypotheses are never stronger than the primary rows of the decision table."""

import runpy
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.report.answers import answer_study
from aegan.report.hypotheses import HYPOTHESES, describe_lacking_power, describe_row, select_comparisons, state_verdict

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]
WORDS = ("helps", "equivalent", "hurts", "undecided")
BY_NAME = {own.name: own for own in HYPOTHESES}


def test_the_hypotheses_are_those_of_the_study_in_order():
    assert list(BY_NAME) == ["H1", "H2", "H3", "H4", "H5"]
    assert {name for own in HYPOTHESES for name in own.endpoints} == {"cure", "fd", "overlap"} <= set(ENDPOINTS)


@pytest.mark.parametrize(("cure", "fd"), [*product(WORDS, WORDS)])
def test_a_verdict_is_as_strong_as_its_rows(cure, fd):
    rows = {("reconstruction_r1", "gan_r1", "cure"): cure, ("reconstruction_r1", "gan_r1", "fd"): fd}
    sentence = state_verdict(BY_NAME["H3"], make_decisions(rows))
    verdict = sentence.split("**")[1]
    assert (verdict == "Help shown") == (cure == fd == "helps")
    assert (verdict == "No help shown") == ({cure, fd} <= {"equivalent", "hurts"})
    assert (verdict == "Undecided") == (cure == fd == "undecided")
    assert "undecided" not in {cure, fd} or verdict not in ("Help shown", "No help shown")
    assert sentence.count("reconstruction_r1 against gan_r1 on digits") == 2


def test_an_equivalence_where_nothing_could_be_lost_is_no_verdict():
    table = make_decisions({("reconstruction", "gan", "cure"): "equivalent"}).assign(shallow=True)
    sentence = state_verdict(BY_NAME["H1"], table)
    assert sentence.startswith("**Undecided**: reconstruction against gan on digits is equivalent in ")
    assert any(answer.endswith("; 1 of 1 is too shallow to tell of a cure.") for answer in answer_study(table, 0.05))
    assert sentence.endswith("n = 12), too shallow to tell of a cure.")


def test_only_primary_comparisons_with_the_same_networks_and_this_baseline_count():
    rows = {("reconstruction", "gan", "cure"): "helps"}
    table = make_decisions(rows)
    assert state_verdict(BY_NAME["H1"], table).startswith("**Help shown**: reconstruction against gan")
    for others in (
        table.assign(family="secondary"),
        table.assign(family="replication"),
        table.assign(differs="smaller D"),
        table.assign(baseline="warm_start"),
    ):
        assert select_comparisons(BY_NAME["H1"], others).empty
        assert state_verdict(BY_NAME["H1"], others) == (
            "**Not asked**: no primary comparison is about reconstruction against gan in gradient lost at equal "
            "cross-entropy."
        )


def test_a_hypothesis_of_which_a_part_was_not_asked_is_shown_in_part_at_most():
    only = {("reconstruction", "warm_start", "fd"): "helps"}
    sentence = state_verdict(BY_NAME["H4"], make_decisions(only))
    assert sentence.startswith("**Help shown in part**: ")
    assert sentence.endswith("reconstruction against warm_start in gradient lost at equal cross-entropy.")
    only = {("reconstruction", "warm_start", "fd"): "equivalent"}
    assert state_verdict(BY_NAME["H4"], make_decisions(only)).startswith("**Undecided in part**: ")


@pytest.mark.parametrize(
    ("word", "evidence"),
    [
        ("helps", "0.5 decades better, interval +0.4 to +0.6, p = 0.004 for a difference, n = 12"),
        ("hurts", "0.5 decades worse, interval −0.6 to −0.4, p = 0.004 for a difference, n = 12"),
        ("equivalent", "0.01 decades better, interval −0.02 to +0.03, p = 0.004 for equivalence, n = 12"),
        (
            "undecided",
            "0.2 decades better, interval −0.1 to +0.4, p = 0.2 for a difference, p = 0.3 for equivalence, n = 12",
        ),
    ],
)
def test_a_row_is_described_with_effect_interval_p_and_pairs(word, evidence):
    ((_, row),) = make_decisions({("reconstruction", "gan", "fd"): word}).iterrows()
    assert describe_row(row).endswith(f" in FD-cls ({evidence})")


def test_the_power_of_undecided_comparisons_alone_is_named():
    rows = {("reconstruction", "gan", "fd"): "undecided", ("reconstruction", "gan", "cure"): "equivalent"}
    table = make_decisions(rows)
    (sentence,) = describe_lacking_power(table)
    assert "in FD-cls" in sentence
    assert sentence.endswith("the power to find an effect as large as the margin was 0.35.")
    unknown = table.assign(power=float("nan"))
    for rows, reason in (
        (unknown, "a value lies beyond what was measured"),
        (unknown.assign(tied=11), "that takes two other pairs"),
        (unknown.assign(outcome=ENDPOINTS["diverged"].label), "the endpoint has no margin"),
    ):
        (sentence,) = describe_lacking_power(rows[:1])
        assert sentence.endswith(f"its power cannot be estimated, because {reason}.")
    assert ", n = 1 of 12): tied pairs tell nothing, and " in describe_lacking_power(unknown.assign(tied=11))[0]
    assert describe_lacking_power(table.assign(smallest_p=float("nan"))) == []
    assert describe_lacking_power(pd.DataFrame(columns=table.columns)) == []
