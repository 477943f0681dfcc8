import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import METRICS, history, outcomes_of, quality, value


def measured(seed, found, space="classifier"):
    """Rows of the table of quality in which the member's precision is `found`."""
    rows = quality("gan", seed, 10.0, space, METRICS)
    return rows.assign(value=rows["value"].where(rows["metric"] != "precision", found))


def test_precision_is_that_of_the_table_of_quality():
    rows = pd.concat([measured(0, 0.375), measured(0, 0.9, "random")])
    assert value(outcomes_of(history("gan", 0, [1.0, 2.0]), rows), "precision") == 0.375


def test_a_member_that_diverged_has_none():
    members = [history("gan", 0, [1.0, 2.0]), history("gan", 1, [1.0]), history("gan", 1, [1.0], quantity="diverged")]
    table = outcomes_of(pd.concat(members), pd.concat([measured(0, 0.25), measured(1, 0.25)]))
    assert value(table, "precision", 0) == pytest.approx(0.25)
    assert np.isnan(value(table, "precision", 1))
