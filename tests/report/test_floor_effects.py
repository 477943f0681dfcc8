"""Where a baseline loses next to no gradient, an equivalence is no evidence against a cure, and the text says so."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.report.floor_effects import list_floor_effects, weigh_decisions

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]


def make_pairs(losses, endpoint="cure"):
    """Pairs of which the method loses nothing; both sides are −inf where nothing can be lost yet."""
    values = {"dataset": "digits", "method": "reconstruction", "baseline": "gan", "outcome": ENDPOINTS[endpoint].label}
    own = np.minimum(losses, 0.0)
    return pd.DataFrame({**values, "seed": range(len(losses)), "value": own, "baseline_value": losses})


@pytest.mark.parametrize("word", ["equivalent", "undecided"])
def test_a_baseline_that_has_lost_nothing_yet_leaves_nothing_to_cure(word):
    decisions = make_decisions({("reconstruction", "gan", "cure"): word}).assign(shallow=True)
    assert list_floor_effects(decisions, make_pairs([0.0, 0.1, 0.2] * 4), 0.25) == [
        "Too shallow to tell of a cure in gradient lost at equal cross-entropy on digits: as far as both "
        "discriminators have come, the baseline has lost less than the margin of 0.25 decades, in the median of the "
        "pairs: gan beside reconstruction 0.1."
    ]
    assert list_floor_effects(decisions.assign(shallow=False), make_pairs([0.0, 0.1, 0.2] * 4), 0.25) == []


@pytest.mark.parametrize(
    ("endpoint", "word", "family"),
    [
        ("cure", "hurts", "primary"),
        ("cure", "helps", "primary"),
        ("cure", "equivalent", "secondary"),
    ],
)
def test_what_is_shown_or_decides_nothing_has_no_floor(endpoint, word, family):
    decisions = make_decisions({("reconstruction", "gan", endpoint): word}, family).assign(shallow=True)
    assert list_floor_effects(decisions, make_pairs([0.0] * 12, endpoint), 0.25) == []


def test_an_equivalence_where_nothing_could_be_lost_is_no_evidence():
    words = ("helps", "hurts", "equivalent", "undecided")
    rows = pd.concat([make_decisions({("reconstruction", "gan", "cure"): word}) for word in words])
    assert weigh_decisions(rows) == set(words)
    assert weigh_decisions(rows.assign(shallow=True)) == {"helps", "hurts", "undecided"}
