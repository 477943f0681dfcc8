"""What is read of one fresh discriminator, and when: at a level of its held-out cross-entropy."""

import numpy as np
import pandas as pd
import pytest
from tests.analysis.test_matched_decay import fresh

from aegan.analysis.fresh_runs import FreshRun


def run_of(cross_entropy, norms, gradient_steps=(0, 10, 20, 30)):
    steps = np.arange(0.0, 31, 10)
    return FreshRun(steps, np.array(cross_entropy), np.array(gradient_steps, float), np.array(norms))


def test_levels_are_interpolated_in_the_logarithm_of_the_cross_entropy():
    run = run_of([1.0, 1.0, 0.1, 0.01], [1.0, 10.0, 1.0, 0.001])
    assert run.find_step(10**-0.5) == pytest.approx(15)
    assert run.compute_decades_lost(10**-0.5) == pytest.approx(0.5)  # from the peak of 10
    assert run.find_step(0.01) == 30
    assert run.compute_decades_lost(0.01) == pytest.approx(4)
    assert run.compute_decades_lost(1.0) == 0  # step 0: the peak comes later
    assert run.find_step(0.001) == np.inf
    assert np.isnan(run.compute_decades_lost(0.001))


def test_overfitting_after_the_deepest_cross_entropy_takes_no_part():
    """The gradient goes on falling while the held-out cross-entropy climbs: neither is the gradient at that level."""
    run = run_of([1.0, 0.1, 0.01, 0.5], [1.0, 0.1, 0.01, 1e-9])
    assert run.deepest == 0.01
    assert run.compute_decades_lost(run.deepest) == pytest.approx(2)
    sparse = run_of([1.0, 0.1, 0.01, 0.1], [1.0, 1e-4], (0, 30))  # down by 2 decades and back by 1: 2/3 of the way
    assert sparse.compute_decades_lost(0.01) == pytest.approx(8 / 3)


def test_a_peak_after_the_level_is_none_that_was_lost_from():
    late = run_of([1.0, 0.5, 0.2, 0.1], [1.0, 0.5, 4.0, 8.0])
    assert late.compute_decades_lost(0.5) == pytest.approx(np.log10(2))


def test_a_gradient_of_zero_has_lost_everything():
    assert run_of([1.0, 0.5, 0.2, 0.1], [1.0, 1.0, 0.0, 0.0]).compute_decades_lost(0.1) == np.inf
    assert run_of([1.0, 0.5, 0.2, 0.1], [1.0, 1.0, 0.0, 0.0]).compute_decades_lost(0.7) == 0


def test_factors_are_read_where_their_product_is_and_add_up():
    """Their logarithms are weighed like those of the norm, between looks too; a later peak has no part in it."""
    rng = np.random.default_rng(0)
    factors = np.exp(rng.normal(size=(3, 4)))
    run = run_of([1.0, 0.5, 0.2, 0.1], factors.prod(0))
    for level in (0.7, 0.5, 0.3, 0.15, 0.1):
        parts = sum(run.read_at_level(level, own) for own in factors)
        np.testing.assert_allclose(parts, run.read_at_level(level, run.norms), atol=1e-12)
    assert np.isnan(run.read_at_level(0.01, run.norms)).all()


def test_a_gradient_of_zero_at_a_look_that_is_not_read_has_no_part_in_it():
    """The level is met exactly at the look before: what comes later cannot make the pair's loss infinite."""
    run = run_of([1.0, 0.5, 0.2, 0.1], [1.0, 0.1, 0.0, 0.0])
    assert run.compute_decades_lost(0.5) == pytest.approx(1)
    assert run.compute_decades_lost(0.49) == np.inf  # between the looks, on the way to zero
    risen = run_of([1.0, 0.5, 0.2, 0.1], [1.0, 0.0, 0.1, 0.1])
    assert risen.compute_decades_lost(0.2) == pytest.approx(1)


def test_factors_of_a_run_are_those_of_its_gradient():
    rows = fresh("gan", 0, 1.0)
    assert FreshRun.read(rows).factors == {}
    norms = rows[rows["quantity"] == "minimax_gradient_norm"]
    slopes = norms.assign(quantity="minimax_slope", value=norms["value"] / 2)
    run = FreshRun.read(pd.concat([rows, slopes.sample(frac=1.0, random_state=0)]))
    np.testing.assert_array_equal(run.factors["slope"], run.norms / 2)
