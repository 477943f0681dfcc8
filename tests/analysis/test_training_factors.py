import numpy as np
import pandas as pd
from tests.analysis.members import tables_of

from aegan.analysis.study_schema import HISTORY, PROBE, QUALITY
from aegan.analysis.training_factors import read_training_runs

STEPS = range(0, 101, 10)  # of which the last window, a fifth, has three


def read(quantities, diverged=()):
    rows = [
        ("digits", "gan", 0, step, "generator", "last" if quantity == "anchor_share" else "(all)", quantity, value)
        for quantity, values in quantities.items()
        for step, value in zip(STEPS, values, strict=True)
    ]
    nothing = pd.DataFrame(columns=QUALITY)
    tables = tables_of(pd.DataFrame(rows, columns=HISTORY), nothing, nothing, pd.DataFrame(columns=PROBE))
    return read_training_runs(tables, diverged)


def curves(**changes):
    falling = 10.0 ** -np.arange(len(STEPS))
    return {
        "slope": falling,
        "field": 0 * falling + 2,
        "gain": 0 * falling + 5,
        "gradient_norm": 10 * falling,
    } | changes


def test_peak_and_end_are_read_where_the_endpoint_reads_them():
    norms = np.array([1.0, 8, 2, 1, 1, 1, 1, 1, 1, 4, 2])
    run = read(curves(gradient_norm=norms, slope=norms / 10))[("digits", "gan", 0)]
    np.testing.assert_allclose(run.peak, np.log10([0.8, 2, 5, 8]))
    assert run.anchor is None
    np.testing.assert_allclose(run.end, np.log10([0.2, 2, 5, 2]))  # the median of 1, 4 and 2


def test_factors_that_were_not_recorded_are_nan_and_a_gradient_of_zero_is_minus_infinity():
    zero = np.zeros(len(STEPS))
    zero[0] = 1.0
    run = read({"gradient_norm": zero})[("digits", "gan", 0)]
    assert np.isnan(run.end[:3]).all()
    assert run.end[3] == -np.inf


def test_members_that_diverged_have_no_last_part():
    assert read(curves(), [("digits", "gan", 0)]) == {}


def test_the_anchors_share_is_that_of_the_last_part():
    run = read(curves(anchor_share=np.arange(len(STEPS)) / 20))[("digits", "gan", 0)]
    assert run.anchor == 9 / 20
