"""Where a baseline loses next to no gradient, an equivalence is no evidence against a cure, and the text says so."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.report.floor_effects import list_floor_effects

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]


def make_pairs(losses, endpoint="cure"):
    values = {"dataset": "digits", "method": "reconstruction", "baseline": "gan", "outcome": ENDPOINTS[endpoint].label}
    return pd.DataFrame({**values, "seed": range(len(losses)), "value": 0.0, "baseline_value": losses})


@pytest.mark.parametrize("word", ["equivalent", "undecided", "helps"])
def test_a_baseline_that_loses_nothing_leaves_nothing_to_cure(word):
    decisions = make_decisions({("reconstruction", "gan", "cure"): word})
    assert list_floor_effects(decisions, make_pairs([0.0, 0.1, 0.2] * 4), 0.25) == [
        "Nothing to cure in gradient lost at equal cross-entropy on digits, where the baseline loses less than the "
        "margin of 0.25 decades, in the median of the pairs that tell anything: 0.1 in reconstruction against gan (12 "
        "of 12 pairs)."
    ]
    assert list_floor_effects(decisions, make_pairs([0.2, 0.3, 2.0] * 4), 0.25) == []


def test_pairs_that_tell_nothing_do_not_count():
    decisions = make_decisions({("reconstruction", "gan", "cure"): "undecided"})
    (sentence,) = list_floor_effects(decisions, make_pairs([np.inf] * 11 + [0.09]), 0.25)
    assert "0.09 in reconstruction against gan (1 of 12 pairs)." in sentence
    assert list_floor_effects(decisions, make_pairs([np.inf] * 12), 0.25) == []


@pytest.mark.parametrize(
    ("endpoint", "word", "family"),
    [("fd", "equivalent", "primary"), ("cure", "hurts", "primary"), ("cure", "equivalent", "secondary")],
)
def test_what_is_no_loss_or_got_worse_or_decides_nothing_has_no_floor(endpoint, word, family):
    decisions = make_decisions({("reconstruction", "gan", endpoint): word}, family)
    assert list_floor_effects(decisions, make_pairs([0.0] * 12, endpoint), 0.25) == []
