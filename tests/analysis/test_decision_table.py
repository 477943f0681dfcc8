"""Decisions of a study: who is paired, where a method stands, and what it costs."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import cost_of, gradients_of_two, outcomes_of_two

from aegan.analysis.decision_table import DECISIONS, tabulate_decisions
from aegan.analysis.endpoints import ENDPOINTS
from aegan.tables import AS_BASELINE

SETTINGS = {
    "outcomes": list(ENDPOINTS), "alpha": 0.05, "confidence": 0.95, "resamples": 100,
    "gradient_margin": 0.25, "quality_margin": 0.1, "coverage_margin": 0.05, "conditioning_margin": 0.5,
    "cost_margin": 0.1,
}  # fmt: skip
DENSE = {"generator": {"name": "dense"}, "discriminator": {"name": "dense"}, "loss": {"name": "minimax"}}
METHODS = {"gan": DENSE | {"role": {"name": "none"}}, "helped": DENSE | {"role": {"name": "reconstruction"}}}


def decided(**settings) -> pd.DataFrame:
    cost = cost_of(gradients_of_two()[0])
    return tabulate_decisions(outcomes_of_two(), cost, METHODS, {"helped": "gan"}, SETTINGS | settings)


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
    assert dict(zip(table["outcome"], table["about"], strict=True))["FD-cls"] == "quality"
    assert table[["flops", "times_flops"]].drop_duplicates().to_numpy().tolist() == [[2000.0, 2.0]]
    cost = table[table["about"] == "cost"].iloc[0]
    assert (cost["decision"], cost["effect"]) == ("hurts", pytest.approx(-np.log10(2)))
    assert np.isnan(cost["p"])


def test_decisions_tell_the_precision_where_it_is_not_the_baselines():
    low = {name: {**method, "precision": "bf16"} for name, method in METHODS.items()}
    cost = cost_of(gradients_of_two()[0])

    def told(methods):
        return set(tabulate_decisions(outcomes_of_two(), cost, methods, {"helped": "gan"}, SETTINGS)["precision"])

    assert told(METHODS | {"helped": low["helped"]}) == {"bf16"}
    assert told(low) == {AS_BASELINE}


def test_the_family_is_what_the_config_asks():
    both = decided(outcomes=["lost", "fd"])
    assert set(both["about"]) == {"vanishing", "quality"}
    assert both["p_holm"].min() == pytest.approx(2 * 2 / 1024)


def test_the_columns_are_those_of_a_study_s_decisions():
    assert DECISIONS == [
        "dataset", "method", "baseline", "role", "regulariser", "loss", "architecture", "precision", "about", "outcome",
        "unit", "effect", "low", "high", "improvement", "improvement_low", "improvement_high", "p", "p_holm", "n",
        "smallest_p", "power", "decision", "flops", "times_flops",
    ]  # fmt: skip
