"""Changes of the gradient and the choice of a feature space, by hand."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import history, outcomes_of, quality, tables_of, value

from aegan.analysis import fresh_runs


def test_reference_and_end_are_medians_over_the_window():
    norms = [1.0, 3.0, 5.0, 9.0, 9.0, 900.0, 9.0, 6.0, 4.0, 2.0]  # two steps at either end: medians 2 and 3
    table = outcomes_of(history("gan", 0, norms), quality("gan", 0, 1.0))
    assert value(table, "grown") == pytest.approx(np.log10(900 / 2))
    assert value(table, "lost") == pytest.approx(np.log10(900 / 3))


def test_classifier_features_are_preferred_and_random_ones_serve_where_there_are_none():
    both = pd.concat([quality("gan", 0, 10.0, "random"), quality("gan", 0, 1000.0, "classifier")])
    assert value(outcomes_of(history("gan", 0, [1.0]), both), "fd") == pytest.approx(3)
    assert value(outcomes_of(history("gan", 0, [1.0]), quality("gan", 0, 10.0, "random")), "fd") == pytest.approx(1)


def test_changes_are_by_member_and_metrics_without_a_value_are_absent():
    tables = tables_of(history("gan", 3, [1.0, 100.0, 10.0]), quality("gan", 3, 7.0))
    assert tables.gradient_changes.loc[("digits", "gan", 3)].to_dict() == pytest.approx({"lost": 1.0, "grown": 2.0})
    assert tables.quality_metrics.loc[("digits", "gan", 3)].to_dict() == {"fd": 7.0, "coverage": 0.5}


def test_fresh_runs_of_a_kind_of_fakes_are_read_once(monkeypatch):
    reads = []
    monkeypatch.setattr(fresh_runs, "read_fresh_runs", lambda _tables, fakes: reads.append(fakes) or {})
    tables = tables_of(history("gan", 0, [1.0]), quality("gan", 0, 1.0))
    for fakes in ("training", "samples", "training"):
        assert tables.find_fresh_runs(fakes) == {}
    assert reads == ["training", "samples"]
