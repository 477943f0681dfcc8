"""Each endpoint, by hand."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.members import METRICS, history, outcomes_of, quality, tables_of, value
from tests.analysis.test_matched_decay import fresh

from aegan.analysis.endpoints import ENDPOINTS, PairReader
from aegan.analysis.study_schema import DIAGNOSIS


def test_outcomes_by_hand():
    table = outcomes_of(history("gan", 0, [1.0, 10.0, 0.1]), quality("gan", 0, 100.0))
    assert value(table, "lost") == pytest.approx(2)  # from the peak of 10 to 0.1 at the end
    assert value(table, "grown") == pytest.approx(1)  # from 1 at the start to the peak
    assert value(table, "fd") == pytest.approx(2)
    assert value(table, "coverage") == 0.5


def test_conditioning_is_that_of_the_last_stage_and_arithmetic_that_of_the_whole_arm():
    looks = pd.DataFrame(
        [("digits", "helped", 0, stage, "log_condition", found) for stage, found in ((100, 7.0), (20, 3.0))],
        columns=DIAGNOSIS,
    )
    table = outcomes_of(history("helped", 0, [1.0]), quality("helped", 0, 1.0), looks)
    assert value(table, "conditioning") == 7.0
    assert value(table, "flops") == pytest.approx(np.log10(2000))


def test_every_endpoint_gives_one_number_per_member():
    gradients = pd.concat([history("gan", seed, [1.0, 2.0]) for seed in (0, 1)])
    rows = [
        ("digits", "gan", seed, 10, quantity, 1.0)
        for seed in (0, 1)
        for quantity in ("minimax_lost", "non_saturating_grown", "log_condition")
    ]
    tables = tables_of(
        gradients,
        pd.concat([quality("gan", seed, 10.0, metrics=METRICS) for seed in (0, 1)]),
        pd.DataFrame(rows, columns=DIAGNOSIS),
        pd.concat([fresh("gan", seed, pace=1.0) for seed in (0, 1)]),
    )
    for read in [endpoint.read for endpoint in ENDPOINTS.values()]:
        if isinstance(read, PairReader):
            continue
        values = read(tables)
        assert values.index.tolist() == [("digits", "gan", 0), ("digits", "gan", 1)]
        assert np.isfinite(values).all()


def test_a_distance_of_zero_is_the_best_and_no_divergence():
    table = outcomes_of(history("gan", 0, [1.0]), quality("gan", 0, 0.0))
    assert value(table, "fd") == -np.inf
    assert value(table, "diverged") == 0


def test_a_member_whose_samples_were_not_measured_is_absent_and_no_divergence():
    gradients = pd.concat([history("gan", seed, [1.0]) for seed in (0, 1, 2)])
    measured = pd.concat([quality("gan", 0, 100.0), quality("gan", 1, np.nan)])  # samples that are not finite
    table = outcomes_of(gradients, measured)
    fd = table[table["outcome"] == "fd"].set_index("seed")["value"]
    assert fd.index.tolist() == [0, 1]
    assert fd.isna().tolist() == [False, True]


def test_recall_is_that_of_the_first_feature_space():
    rows = pd.concat([quality("gan", 0, 1.0, space, METRICS) for space in ("random", "classifier")])
    rows.loc[(rows["metric"] == "recall") & (rows["space"] == "classifier"), "value"] = 0.25
    assert value(outcomes_of(history("gan", 0, [1.0]), rows), "recall") == 0.25
