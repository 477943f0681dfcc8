"""Comparisons in which the baseline has lost next to no gradient."""

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.floor_effects import flag_shallow, measure_baseline_losses


def make_pairs(losses, endpoint="cure"):
    names = {"dataset": "digits", "method": "helped", "baseline": "gan", "outcome": ENDPOINTS[endpoint].label}
    return pd.DataFrame({**names, "seed": range(len(losses)), "value": 0.0, "baseline_value": losses})


@pytest.mark.parametrize(
    ("losses", "median"),
    [
        ([0.0, 0.1, 0.2] * 4, 0.1),
        ([0.2, 0.3, 2.0] * 4, 0.3),
        ([0.25] * 12, 0.25),
        ([-np.inf] * 11 + [0.09], 0.0),  # nothing can be lost before the first level
        ([np.inf] * 12, np.inf),  # a gradient of zero has lost everything
        ([np.nan] * 7 + [0.09] * 5, np.inf),  # and so has a baseline that diverged
    ],
)
def test_a_comparison_is_shallow_if_its_baseline_has_lost_less_than_the_margin(losses, median):
    pairs = make_pairs(losses)
    assert measure_baseline_losses(pairs).tolist() == [median]
    assert flag_shallow(pairs.iloc[:1], pairs, 0.25).tolist() == [median < 0.25]


def test_only_losses_at_an_equal_discriminator_have_a_floor():
    both = pd.concat([make_pairs([0.0] * 12, name) for name in ("fd", "cure_samples")])
    rows = both.drop_duplicates("outcome")
    assert flag_shallow(rows, both, 0.25).tolist() == [False, True]
    assert flag_shallow(rows.iloc[:0], both.iloc[:0], 0.25).empty
