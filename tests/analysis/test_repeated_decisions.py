"""Decisions on repeated comparisons are those of the study's families, not of a smaller family of their own."""

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.repeated_decisions import KEYS, decide_again
from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import decide
from aegan.statistics.families import Hypothesis, Plan
from aegan.statistics.pairs import Pairs

SETTINGS = {
    "alpha": 0.05,
    "false_discovery_rate": 0.1,
    **{own.margin: 0.25 for own in ENDPOINTS.values() if own.margin},
}
METHODS = ("a", "b", "c", "d", "e", "f")
OUTCOMES = ("cure", "fd", "flops")


def make_pairs(shifts):
    """Make pairs of 12 seeds whose differences scatter around a shift: (method, outcome) -> shift."""
    rng = np.random.default_rng(3)
    for (method, outcome), shift in shifts.items():
        values = pd.DataFrame({"value": rng.normal(size=12) * 0.3 - shift, "baseline_value": 0.0})
        yield Pairs("digits", method, "gan", outcome, values)


def make_hypothesis(method, outcome):
    values = {"dataset": "digits", "method": method, "baseline": "gan", "outcome": outcome}
    return Hypothesis(**{name: values[name] for name in Hypothesis._fields})


def tabulate(shifts, primary):
    outcomes = {
        name: Outcome(own.label, own.unit, "lower", 0.25, counted=own.counted)
        for name, own in ENDPOINTS.items()
        if name in OUTCOMES
    }
    plan = Plan([make_hypothesis(*own) for own in shifts if own[0] in primary and own[1] != "flops"])
    settings = {"alpha": 0.05, "false_discovery_rate": 0.1, "confidence": 0.95, "resamples": 300, "seed": 0}
    return decide(list(make_pairs(shifts)), outcomes=outcomes, plan=plan, **settings)


@pytest.fixture(scope="module")
def study():
    shifts = {(method, name): 0.2 * place for place, method in enumerate(METHODS) for name in OUTCOMES}
    return tabulate(shifts, METHODS[:4])


def test_the_same_numbers_give_the_decisions_of_the_study_whatever_was_repeated(study):
    assert set(study["decision"]) >= {"helps", "undecided"}
    for methods in (METHODS[:1], METHODS[2:5], METHODS[::5]):
        repeated = study[study["method"].isin(methods)].assign(decision="never read", family="primary")
        again = decide_again(study, repeated, SETTINGS)
        assert len(again) == len(repeated)
        assert again["again"].tolist() == again["decision"].tolist()


def test_a_comparison_alone_would_be_decided_more_easily(study):
    """At n = 12 and a family of 8, p = .02 decides alone and not in the family."""
    chosen = (study["method"] == "c") & (study["outcome"] == ENDPOINTS["fd"].label)
    changed = study[chosen].assign(p=0.02, p_equivalence=1.0, effect=0.4, low=0.3, high=0.6, decision="helps")
    (again,) = decide_again(study, changed, SETTINGS)["again"]
    assert again == "undecided"
    (again,) = decide_again(study, changed.assign(p=0.0005), SETTINGS)["again"]
    assert again == "helps"
    (again,) = decide_again(study, changed.assign(p=0.0005, low=-0.6, high=-0.3), SETTINGS)["again"]
    assert again == "hurts"


def test_counted_endpoints_are_decided_by_their_differences(study):
    chosen = (study["method"] == "a") & (study["outcome"] == ENDPOINTS["flops"].label)
    found = decide_again(study, study[chosen].assign(low=0.3, high=0.4), SETTINGS)
    assert found["again"].tolist() == ["helps"]


def test_replications_are_decided_again_only_with_the_whole_study(study):
    table = study.assign(family=study["family"].mask(study["method"] == "f", "replication"))
    part = decide_again(table, table[table["method"].isin(["e", "f"])], SETTINGS)
    assert set(part["method"]) == {"e"}
    whole = decide_again(table, table.assign(decision="helps"), SETTINGS)
    assert whole[KEYS].equals(table[KEYS])
    assert set(whole["again"]) == {"helps"}


def test_a_study_without_a_primary_family_and_nothing_in_common(study):
    secondary = study.assign(family="secondary")
    assert len(decide_again(secondary, secondary[:2], SETTINGS)) == 2
    assert decide_again(study, study.assign(dataset="other"), SETTINGS).empty
