"""Faults of players, each beside what only looks like it."""

import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS, history, quantities

from aegan.probes.faults import find_blindness, find_fault, find_lost_term, find_swapped_labels
from aegan.probes.verdicts import assess_network

NOISE = [0.3, -0.2, 0.1, -0.3, 0.2, -0.1, 0.3, -0.2, 0.1, -0.2]


def judge(accuracy, gap, **others):
    table = quantities(accuracy=accuracy, logit_real=gap, logit_fake=[0.0] * 10, **others)
    return pd.concat([history(all=[1.0] * 10, dense1=[1.0] * 10), table])


def test_a_judge_at_chance_without_a_gap_is_blind():
    found = assess_network(judge([0.5] * 10, NOISE), LIMITS)
    assert (found.verdict, found.step) == ("blind judge", 500)
    assert "50% of its judgements are right" in found.evidence
    assert assess_network(judge([0.5] * 10, [0.0] * 10), LIMITS).verdict == "blind judge"


@pytest.mark.parametrize(
    ("accuracy", "gap"),
    [
        ([0.5] * 10, [value + 2 for value in NOISE]),  # a gap, but logits have an offset
        ([0.7] * 10, NOISE),
        ([0.5] * 4 + [0.9] * 6, [0.0] * 4 + [2.0] * 6),  # it has learned to see
    ],
)
def test_a_judge_that_sees_a_difference_is_not_blind(accuracy, gap):
    assert find_blindness(judge(accuracy, gap), LIMITS) is None
    assert assess_network(judge(accuracy, gap), LIMITS).verdict == "stable"


def test_few_probes_do_not_make_a_judge_blind():
    table = judge([0.5] * 10, NOISE)
    assert find_blindness(table[table["step"] < 400], LIMITS) is None
    apart = judge([0.5] * 10, [10.0] * 10)
    early = apart[(apart["step"] < 400) | (apart["step"] == apart["step"].max())]  # a single probe in the second half
    assert find_blindness(early, LIMITS) is None


def test_a_player_that_a_divergence_stopped_before_its_first_move_is_not_frozen():
    still = quantities(update_ratio=[0.0] * 10)
    assert find_fault(still, LIMITS).verdict == "frozen"
    assert find_fault(still[still["step"] == 0], LIMITS) is None


WRONG = {"accuracy": [0.6] * 4 + [0.05] * 6, "gap": [0.1] * 4 + [-3.0] * 6, "loss": [1.4] * 4 + [0.1] * 6}


def test_a_judge_that_becomes_wrong_while_its_loss_falls_has_swapped_labels():
    found = assess_network(judge(**WRONG), LIMITS)
    assert (found.verdict, found.step) == ("swapped labels", 400)
    assert "its loss fell from 1.4 to 0.1, but at the end 5% of its judgements are right" in found.evidence
    assert "3 below those of fakes" in found.evidence


@pytest.mark.parametrize(
    "change",
    [
        {"accuracy": [0.4] * 10},
        {"accuracy": [0.1] * 8 + [0.9] * 2, "gap": [-1.0] * 8 + [1.0] * 2},
        {"gap": [-5.0] * 4 + [-3.0] * 6},  # wrong by chance at the start, and learning
        {"loss": [1.4] * 4 + [2.0] * 6},  # beaten by its generator
    ],
)
def test_a_judge_that_is_wrong_without_meaning_to_has_not(change):
    assert find_swapped_labels(judge(**WRONG | change), LIMITS) is None


def test_a_player_none_of_whose_weights_moves_is_frozen_whatever_its_gradient():
    for norms in ([1.0] * 10, [0.0] * 10):
        table = pd.concat([history(all=norms), quantities(update_ratio=[0.0] * 10)])
        found = assess_network(table, LIMITS)
        assert (found.verdict, found.step, found.layer) == ("frozen", 0, "(all)")
    waits = pd.concat([history(all=[1.0] * 10), quantities(update_ratio=[0.0] * 9 + [1e-9])])
    assert assess_network(waits, LIMITS).verdict == "stable"


def test_moves_that_reach_the_other_side_leak():
    table = pd.concat([history(all=[1.0] * 10), quantities(leaked_tensors=[4.0] * 10, update_ratio=[0.1] * 10)])
    found = assess_network(table, LIMITS)
    assert (found.verdict, found.step) == ("leak", 0)
    assert "reach 4 tensors" in found.evidence
    assert find_fault(quantities(leaked_tensors=[0.0] * 10), LIMITS) is None


def test_a_leak_names_whose_weights_it_reaches():
    leaked = quantities(leaked_tensors=[6.0] * 10)
    assert "reach 6 tensors of the other side's networks" in find_fault(leaked, LIMITS).evidence
    by_network = leaked.assign(layer="critic")
    assert "reach 6 tensors of critic" in find_fault(pd.concat([leaked, by_network]), LIMITS).evidence


@pytest.mark.parametrize(("norms", "lost"), [([0.0] * 10, True), ([0.0] * 9 + [1e-30], False)])
def test_a_term_whose_gradient_never_arrives_is_lost(norms, lost):
    table = pd.concat([history(all=[1.0] * 10), quantities(rec_term_gradient=norms, adv_term_gradient=[1.0] * 10)])
    found = assess_network(table, LIMITS)
    assert found.verdict == ("vanishing" if lost else "stable")
    assert ("the gradient of the term rec is 0" in found.evidence) == lost
    assert find_lost_term(table[table["step"] == 0]) is None
