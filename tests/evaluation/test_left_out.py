"""Metrics that are left out for want of samples: what is measured is exactly the rest."""

import numpy as np
import pandas as pd
import pytest
from tests.evaluation.cases import SHAPE, images, points, reference_of

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.autoencoder_quality import project_codes
from aegan.evaluation.feature_spaces import make_feature_nets
from aegan.evaluation.left_out import MIN_SAMPLES, tabulate_left_out
from aegan.evaluation.quality_floor import measure_floor
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.evaluation.seed_variability import measure_seed_variability
from aegan.metrics.measurements import measure_codes
from aegan.metrics.registry import CODES, DISTRIBUTION, MEMORISATION

SAMPLE_METRICS = {name for entry in DISTRIBUTION.values() for name in entry.metrics} | set(MEMORISATION)


def test_no_metric_needs_more_than_the_neighbourhoods():
    assert MIN_SAMPLES == 6
    assert tabulate_left_out(6, 6, 6, encoded=True).empty


def test_a_table_names_what_is_needed_and_what_there_is():
    table = tabulate_left_out(1, 100, 100, encoded=True).set_index("metric")
    assert set(table.index) == SAMPLE_METRICS | set(CODES)
    assert (table["needed"]["fd"], table["needed"]["fd_infinity"], table["needed"]["coverage"]) == (2, 4, 6)
    assert (table["found"] == 1).all()
    assert set(tabulate_left_out(1, 100, 100, encoded=False)["metric"]) == SAMPLE_METRICS, "there are no codes"
    assert "fd" not in set(tabulate_left_out(100, 100, 1, encoded=True)["metric"]), "it uses all samples"
    assert set(tabulate_left_out(100, 1, 100, encoded=True)["metric"]) == SAMPLE_METRICS | {"spread"}


@pytest.mark.parametrize("test_size", range(1, 8))
@pytest.mark.parametrize("generated", [1, 3, 6])
def test_exactly_the_metrics_that_are_not_left_out_are_measured(test_size, generated):
    nets, train = make_feature_nets(SHAPE, 0), ArrayDataset(images(generated, 1))
    test = ArrayDataset(images(test_size, 2))
    reference = reference_of(nets, train, test)
    floor = measure_floor(reference, generated, 100)
    samples = np.stack([images(generated, seed) for seed in (3, 4)])
    found = evaluate_cohort(nets, [0, 1], samples, samples[:, :0], test, reference, floor, 100)
    variability = measure_seed_variability(found.moments, floor)
    left_out = set(tabulate_left_out(test_size, generated, 100, encoded=False)["metric"])
    assert set(found.quality["metric"]) | set(variability["metric"]) == (SAMPLE_METRICS | {"spread"}) - left_out
    assert np.isfinite(found.quality["value"].astype(float)).all()


def test_a_diverged_member_has_no_value_of_a_metric_that_is_left_out():
    nets, train, test = make_feature_nets((2,), 0), ArrayDataset(points(8)), ArrayDataset(points(3, 1))
    reference = reference_of(nets, train, test)
    samples = np.full((1, 8, 2), np.nan, np.float32)
    floor = measure_floor(reference, 8, 100)
    quality = evaluate_cohort(nets, [0], samples, samples[:, :0], test, reference, floor, 100).quality
    assert set(quality["metric"]) == {"fd", "kid", "memorisation"}
    assert quality["value"].isna().all()


def test_single_codes_are_projected_and_have_no_covariance():
    table = project_codes([0], np.ones((1, 1, 3), np.float32), None)
    assert isinstance(table, pd.DataFrame)
    assert table[["x", "y"]].to_numpy().tolist() == [[0.0, 0.0]]
    assert measure_codes(np.ones((1, 3))) == {}
    assert set(measure_codes(np.eye(2, 3))) == set(CODES)
