"""Pairs of all endpoints, also of those whose values depend on the pair."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import gradients_of_two, outcomes_of_two, tables_of
from tests.analysis.test_matched_decay import pairs as matched_pairs
from tests.analysis.test_matched_decay import study as matched_study

from aegan.analysis.endpoints import ENDPOINTS, Endpoint, PairReader
from aegan.analysis.matched_decay import read_overlap
from aegan.analysis.paired_outcomes import pair_outcomes, tabulate_pairs
from aegan.analysis.study_schema import PAIRS
from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import decide
from aegan.statistics.families import Hypothesis, Plan

COMPARISONS = [("helped", "gan")]


def read_cure(_tables, method, baseline):
    """Decades lost at the cross-entropy that both runs of a pair reach; seed 1 of the method diverged."""
    assert (method, baseline) in {("helped", "gan"), ("helped", "warm_start")}
    seeds = pd.MultiIndex.from_tuples([("digits", 0), ("digits", 1)], names=["dataset", "seed"])
    return pd.DataFrame({"level": 0.1, "method": [1.0, np.nan], "baseline": [3.0, 2.0]}, seeds)


@pytest.fixture
def compare(monkeypatch):
    cure = Endpoint("vanishing", "cure", "decades", "lower", "gradient_margin", PairReader(read_cure))
    monkeypatch.setitem(ENDPOINTS, "cure", cure)
    tables = tables_of(*gradients_of_two())
    outcomes = outcomes_of_two()
    other = outcomes[(outcomes["method"] == "gan") & (outcomes["outcome"] == "lost")].assign(method="warm_start")
    return lambda comparisons, endpoints: pair_outcomes(pd.concat([outcomes, other]), tables, comparisons, endpoints)


@pytest.fixture
def pairs(compare):
    return compare(COMPARISONS, ["fd", "cure", "lost"])


def test_pairs_come_in_the_order_of_the_endpoints(pairs):
    assert [(own.dataset, own.method, own.baseline, own.outcome) for own in pairs] == [
        ("digits", "helped", "gan", name) for name in ("fd", "cure", "lost")
    ]


def test_a_method_is_paired_only_on_data_on_which_its_baseline_ran(monkeypatch):
    cure = Endpoint("vanishing", "cure", "decades", "lower", "gradient_margin", PairReader(read_cure))
    monkeypatch.setitem(ENDPOINTS, "cure", cure)
    outcomes = outcomes_of_two()
    alone = outcomes[outcomes["method"] == "helped"].assign(dataset="ring")
    tables = tables_of(*gradients_of_two())
    both = pair_outcomes(pd.concat([outcomes, alone]), tables, COMPARISONS, ["fd", "cure", "lost"])
    assert {own.dataset for own in both} == {"digits"}
    assert pair_outcomes(alone, tables, COMPARISONS, ["fd", "cure", "lost"]) == []


def test_pairs_come_in_the_order_of_the_baselines_of_a_method(compare):
    pairs = compare([("helped", "warm_start"), *COMPARISONS], ["cure", "fd"])
    assert [(own.baseline, own.outcome, len(own.by_seed)) for own in pairs] == [
        ("warm_start", "cure", 2),
        ("warm_start", "fd", 0),  # which was not measured
        ("gan", "cure", 2),
        ("gan", "fd", 10),
    ]


def test_both_values_of_a_pair_may_depend_on_it(pairs):
    expected = pd.DataFrame({"value": [1.0, np.nan], "baseline_value": [3.0, 2.0]}, index=[0, 1])
    pd.testing.assert_frame_equal(pairs[1].by_seed, expected, check_names=False)


def test_the_table_has_a_row_per_seed_and_the_labels_of_the_decisions(pairs):
    table = tabulate_pairs(pairs)
    assert list(table.columns) == PAIRS
    assert table["outcome"].value_counts().to_dict() == {"FD-cls": 10, "cure": 2, "generator's gradient lost": 10}
    cure = table[table["outcome"] == "cure"].drop(columns=["dataset", "method", "baseline", "outcome"])
    assert cure.iloc[0].tolist() == [0, 1.0, 3.0]
    assert tabulate_pairs([]).empty


def test_a_discriminator_that_only_learns_slower_is_overlap_and_equivalent_in_cure():
    runs = matched_pairs(slow=0.2, seeds=12)
    tables = matched_study(*runs)
    outcomes = read_overlap(tables, 0.7).rename("value").reset_index().assign(outcome="overlap")
    endpoints = ["cure", "overlap"]
    pairs = pair_outcomes(outcomes, tables, [("role", "gan")], endpoints)
    plan = Plan([Hypothesis("digits", "role", "gan", name) for name in endpoints])
    margins = {name: Outcome(name, "decades", ENDPOINTS[name].better, 0.25) for name in endpoints}
    settings = {"alpha": 0.05, "false_discovery_rate": 0.1, "confidence": 0.95, "resamples": 200, "seed": 0}
    table = decide(pairs, outcomes=margins, plan=plan, **settings)
    assert dict(zip(table["outcome"], table["decision"], strict=True)) == {"cure": "equivalent", "overlap": "helps"}
