"""Sentences on mechanisms name a part only where the table says that the difference lies in it."""

import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.study_schema import MECHANISM
from aegan.report.mechanism_sentences import explain_comparisons, list_explanations

CURE = ENDPOINTS["cure"].label
PARTS = ("slope", "field", "gain", "rest", "total")


def decision(outcome=CURE, about="vanishing", word="hurts", effect=-0.5):
    return {
        "dataset": "digits", "method": "role", "baseline": "gan", "outcome": outcome, "about": about, "decision": word,
        "effect": effect, "unit": "decades",
    }  # fmt: skip


def reading(name, effects, bearings, left_out=0):
    parts = PARTS if len(effects) > 1 else (name,)
    rows = [
        (
            "digits",
            "role",
            "gan",
            name,
            part,
            "decades",
            effect,
            effect - 0.1,
            effect + 0.1,
            0.01,
            0.01,
            12 - left_out,
            left_out,
            word,
        )
        for part, effect, word in zip(parts, effects, bearings, strict=True)
    ]
    return pd.DataFrame(rows, columns=MECHANISM)


def explain(row, *readings):
    (words,) = explain_comparisons(
        pd.DataFrame([row]), pd.concat(readings) if readings else pd.DataFrame(columns=MECHANISM)
    )
    return words


SLOPE = reading("lost", (-0.4, -0.1, 0, 0, -0.5), ("carries", "open", "open", "open", "carries"))


def test_the_part_that_carries_a_difference_is_named_with_its_interval():
    assert (
        explain(decision(), SLOPE)
        == "the difference of −0.5 decades lies in the slope of the loss (−0.4, interval −0.5 to −0.3)"
    )


def test_what_goes_against_it_is_named_too():
    against = reading("lost", (-1.0, 0.5, 0, 0, -0.5), ("carries", "opposes", "open", "open", "carries"))
    assert explain(decision(), against).endswith(
        "(−1, interval −1.1 to −0.9), against what the discriminator passes back (+0.5, interval +0.4 to +0.6)"
    )


def test_without_a_part_that_carries_it_none_is_named():
    spread = reading("lost", (-0.2, -0.2, -0.1, 0, -0.5), ("open",) * 4 + ("carries",))
    assert explain(decision(), spread) == (
        "no factor alone explains the difference of −0.5 decades: slope −0.2, field −0.2, gain −0.1 and rest 0"
    )


def test_a_sum_that_is_not_shown_names_nothing_however_large_its_parts():
    words = explain(decision(), reading("lost", (-2.0, 1.5, 0, 0, -0.5), ("open",) * 5))
    assert words == "the sum of its parts is not shown to matter, so no part is named"


def test_pairs_that_were_left_out_are_told():
    own = reading("lost", (-0.4, -0.1, 0, 0, -0.5), ("carries", "open", "open", "open", "carries"), left_out=2)
    assert "of −0.5 decades in 10 of 12 pairs (the others have no factors) lies in" in explain(decision(), own)


def test_an_endpoint_that_is_no_gradient_has_company_and_no_cause():
    level = reading("level", (0, 1.2, 0, 0, 1.2), ("open", "carries", "open", "open", "carries"))
    speed, anchor = reading("speed", (1.0,), ("carries",)), reading("anchor", (0.3,), ("open",))
    assert explain(decision("FD-cls", "quality", "helps", 1.0), SLOPE, level, speed, anchor).split("; ") == [
        "seen beside, not shown to be a cause: at equal cross-entropy the method's gradient is 1.2 decades larger, in "
        "what the discriminator passes back",
        "a fresh discriminator needs 10 times the steps to get equally far (interval 7.94 to 12.6)",
        "the anchor's share of the gradient is larger by 0.3 (interval +0.2 to +0.4)",
    ]


@pytest.mark.parametrize("word", ["helps", "hurts"])
def test_nothing_shown_is_told_as_nothing_shown(word):
    nothing = reading("level", (0.1,) * 4 + (0.4,), ("open",) * 5), reading("speed", (1.0,), ("open",))
    words = explain(decision("FD-cls", "quality", word), *nothing)
    assert words.endswith("no difference in the gradient or in the discriminator's speed is shown")
    assert explain(decision("FD-cls", "quality", word)) == "no part of the gradient was measured in both methods"


def test_an_equivalence_has_nothing_to_explain():
    assert explain(decision(word="equivalent"), SLOPE) == "there is no difference to explain"


def test_endpoints_of_which_the_same_is_said_share_a_sentence():
    rows = [
        decision("steps to a cross-entropy of 0.7", "overlap", "helps", 2.0),
        decision("FD-cls", "quality", "helps", 0.5),
        decision(),
    ]
    decisions = pd.DataFrame(rows).assign(family="primary", differs="", p=0.01)
    first, second = list_explanations(decisions, pd.concat([SLOPE, reading("speed", (1.0,), ("carries",))]))
    assert first.startswith(
        "role against gan on digits, steps to a cross-entropy of 0.7 (helps, 2 decades better) and FD-cls (helps, "
        "0.5 decades better): seen beside, not shown to be a cause: a fresh discriminator needs 10 times the steps"
    )
    assert second.startswith(f"role against gan on digits, {CURE} (hurts, 0.5 decades worse): the difference of")
