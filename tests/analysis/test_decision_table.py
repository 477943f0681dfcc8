"""Decisions of a study: who is paired, where a method stands, and what it costs."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import cost_of, gradients_of_two, outcomes_of_two, tables_of

from aegan.analysis.decision_table import DECISIONS, tabulate_decisions
from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.paired_outcomes import pair_outcomes
from aegan.errors import InputError
from aegan.statistics.families import Hypothesis, Plan
from aegan.tables import AS_BASELINE

NO_PLAN = Plan()

SETTINGS = {
    "alpha": 0.05, "false_discovery_rate": 0.1, "confidence": 0.95, "resamples": 100,
    "gradient_margin": 0.25, "quality_margin": 0.1, "coverage_margin": 0.05, "conditioning_margin": 0.5,
    "cost_margin": 0.1,
}  # fmt: skip
DENSE = {"generator": {"name": "dense"}, "discriminator": {"name": "dense"}, "loss": {"name": "minimax"}}
METHODS = {"gan": DENSE | {"role": {"name": "none"}}, "helped": DENSE | {"role": {"name": "reconstruction"}}}


COMPARISONS = [("helped", "gan")]
MATCHED = {"digits": {"helped": {"gan": ""}}}


def decided(outcomes=tuple(ENDPOINTS), methods=METHODS, differences=MATCHED, plan=NO_PLAN):
    pairs = pair_outcomes(outcomes_of_two(), tables_of(*gradients_of_two()), COMPARISONS, outcomes)
    return tabulate_decisions(pairs, cost_of(gradients_of_two()[0]), methods, differences, plan, SETTINGS)


def test_decisions_pair_what_was_run():
    table = decided()
    assert list(table.columns) == DECISIONS
    assert set(table["method"]) == {"helped"}
    lost = table[table["outcome"].str.contains("lost")].iloc[0]
    assert lost["decision"] == "helps"
    assert lost["effect"] == pytest.approx(1.98, abs=0.03)


def test_decisions_say_where_a_method_stands_and_what_it_costs():
    table = decided()
    assert set(zip(table["role"], table["regulariser"], table["loss"], table["architecture"], strict=True)) == {
        ("reconstruction", "none", "minimax", "dense")
    }
    assert set(table["precision"]) == {AS_BASELINE}
    assert set(zip(table["role_options"], table["baseline_role"], strict=True)) == {("", "none")}
    ablation = METHODS | {"helped": DENSE | {"role": {"name": "reconstruction", "weight": 0.0, "decoder": "fresh"}}}
    assert set(decided(methods=ablation)["role_options"]) == {"decoder: fresh, weight: 0.0"}
    assert dict(zip(table["outcome"], table["about"], strict=True))["FD-cls"] == "quality"
    assert table[["flops", "times_flops"]].drop_duplicates().to_numpy().tolist() == [[2000.0, 2.0]]
    cost = table[table["about"] == "cost"].iloc[0]
    assert (cost["decision"], cost["effect"]) == ("hurts", pytest.approx(-np.log10(2)))
    assert np.isnan(cost["p"])


def test_decisions_tell_the_precision_where_it_is_not_the_baselines():
    low = {name: {**method, "precision": "bf16"} for name, method in METHODS.items()}
    assert set(decided(methods=METHODS | {"helped": low["helped"]})["precision"]) == {"bf16"}
    assert set(decided(methods=low)["precision"]) == {AS_BASELINE}


def test_the_family_is_what_the_config_asks():
    plan = Plan([Hypothesis("digits", "helped", "gan", name) for name in ("lost", "fd", "grown")])
    table = decided(outcomes=["lost", "fd", "grown", "coverage"], plan=plan)
    assert dict(zip(table["outcome"], table["family"], strict=True)) == {
        "generator's gradient lost": "primary",
        "generator's gradient grown": "primary",
        "coverage": "secondary",
        "FD-cls": "primary",
    }
    assert table["p_adjusted"].min() == pytest.approx(3 * 2 / 1024)


def test_both_sides_networks_are_shown():
    conv = METHODS | {"gan": METHODS["gan"] | {"generator": {"name": "conv"}}}
    table = decided(methods=conv, differences={"digits": {"helped": {"gan": "generator: dense, not conv"}}})
    sides = table[["architecture", "baseline_architecture", "parameters", "baseline_parameters", "differs"]]
    assert sides.drop_duplicates().to_numpy().tolist() == [
        ["dense", "conv/dense", 70, 70, "generator: dense, not conv"]
    ]
    assert set(table["family"]) == {"secondary"}


def test_a_mismatched_pair_is_refused_as_primary_or_replication():
    hypothesis = Hypothesis("digits", "helped", "gan", "lost")
    other = Hypothesis("elsewhere", "helped", "gan", "lost")

    def shallow(dataset):
        return {dataset: {"helped": {"gan": "2 layers, not 3"}}}

    with pytest.raises(InputError, match=r"study\.primary: helped differs from its baseline gan .*: 2 layers, not 3"):
        decided(differences=shallow("digits"), plan=Plan([hypothesis]))
    with pytest.raises(InputError, match=r"study\.replications: helped differs"):
        decided(differences=shallow("digits"), plan=Plan([], {hypothesis: other}))
    # networks that differ on other data are no reason
    assert len(decided(differences=shallow("ring"), plan=Plan([hypothesis])))


def test_each_pair_has_its_own_differences_and_must_be_measured():
    methods = METHODS | {"warm_start": DENSE | {"role": {"name": "warm_start"}}}
    outcomes = pd.concat([outcomes_of_two(), outcomes_of_two().query("method == 'gan'").assign(method="warm_start")])
    compared = [*COMPARISONS, ("helped", "warm_start")]
    pairs = pair_outcomes(outcomes, tables_of(*gradients_of_two()), compared, ["fd"])
    costs, differs = (
        cost_of(gradients_of_two()[0]),
        {"digits": {"helped": {"gan": "", "warm_start": "2 layers, not 3"}}},
    )
    first, second = (Hypothesis("digits", *pair, "fd") for pair in compared)
    table = tabulate_decisions(pairs, costs, methods, differs, Plan([first]), SETTINGS)
    assert table[["baseline", "family", "differs"]].to_numpy().tolist() == [
        ["gan", "primary", ""],
        ["warm_start", "secondary", "2 layers, not 3"],
    ]
    with pytest.raises(InputError, match="helped differs from its baseline warm_start"):
        tabulate_decisions(pairs, costs, methods, differs, Plan([first, second]), SETTINGS)
    with pytest.raises(InputError, match=r"fd was not measured in any pair of helped and its baseline warm_start"):
        tabulate_decisions(pairs[:1], costs, methods, MATCHED, Plan([first, second]), SETTINGS)


def test_a_primary_comparison_that_was_not_measured_is_refused():
    with pytest.raises(InputError, match=r"study\.primary: conditioning was not measured in any pair of helped"):
        decided(plan=Plan([Hypothesis("digits", "helped", "gan", "conditioning")]))


def test_the_columns_are_those_of_a_study_s_decisions():
    assert DECISIONS == [
        "dataset", "method", "baseline", "role", "regulariser", "loss", "architecture", "precision", "role_options",
        "baseline_role", "baseline_architecture", "parameters", "baseline_parameters", "differs", "about",
        "replicates", "shallow", "outcome", "unit", "family", "effect", "low", "high", "improvement", "improvement_low",
        "improvement_high", "p", "p_adjusted", "p_equivalence", "p_equivalence_adjusted", "n", "tied", "smallest_p",
        "power", "decision", "flops", "times_flops",
    ]  # fmt: skip


def test_a_replication_names_the_primary_comparison_at_the_head_of_its_sequence():
    first, last = Hypothesis("ring", "other", "plain", "fd"), Hypothesis("digits", "helped", "gan", "fd")
    between = Hypothesis("digits", "other", "plain", "fd")
    plan = Plan([Hypothesis("digits", "helped", "gan", "lost")], {between: first, last: between})
    table = decided(outcomes=["lost", "fd"], plan=plan).set_index("outcome")
    assert table["replicates"].to_dict() == {"generator's gradient lost": "", "FD-cls": "other against plain on ring"}
    assert table.loc["FD-cls", "family"] == "replication"
