"""Verdicts on invented histories."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probes.invented_norms import LIMITS, falling, history, layered, quantities

from aegan.errors import InputError
from aegan.probes.depth_profile import decades_per_layer, depth_ratio
from aegan.probes.verdicts import assess_network, assess_runs

WON = quantities(accuracy=[1.0] * 10).set_index("step")["value"]


def test_a_steady_gradient_is_stable():
    verdict = assess_network(history(all=[2.0] * 10, dense1=[1.0] * 10), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("stable", None, None)
    assert "2 at the start, 2 at the end" in verdict.evidence


def test_a_lost_gradient_is_shrinking_with_its_step_and_its_worst_layer():
    verdict = assess_network(history(all=falling(3), dense1=falling(4), dense2=falling(2)), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("shrinking", 500, "dense1")
    assert "3.0 decades lost, most in layer dense1, 4.0 decades" in verdict.evidence


@pytest.mark.parametrize(
    ("loss", "accuracy", "verdict"),
    [
        ([-0.7] * 5 + [-0.01] * 5, 1.0, "vanishing"),  # beaten by a discriminator that wins
        ([1.0] * 10, 0.95, "vanishing"),
        ([1.0] * 5 + [0.5] * 5, 1.0, "shrinking"),  # the network improves
        ([1.0] * 10, 0.6, "shrinking"),  # fakes and data do not differ
    ],
)
def test_a_lost_gradient_vanishes_only_with_evidence_that_learning_stopped(loss, accuracy, verdict):
    table = pd.concat([history(all=falling(3), dense1=falling(4)), quantities(loss=loss)])
    found = assess_network(table, LIMITS, WON * accuracy)
    assert found.verdict == verdict
    assert found.step == 500
    assert found.layer == "dense1"
    assert ("learning stood still in 44% of the run, since step 500" in found.evidence) == (verdict == "vanishing")


def test_a_network_without_a_judge_has_stopped_if_its_loss_has():
    table = pd.concat([history(all=falling(3)), quantities(loss=[1.0] * 10)])
    assert assess_network(table, LIMITS).verdict == "vanishing"


def test_learning_that_stood_still_for_long_vanished_even_if_it_went_on():
    norms = [1.0] + [1e-3] * 5 + [1.0] * 4
    table = pd.concat([history(all=norms), quantities(loss=[1.4] * 6 + [0.5] * 4)])
    found = assess_network(table, LIMITS, WON)
    assert (found.verdict, found.step) == ("vanishing", 100)
    assert assess_network(table, LIMITS._replace(stalled_share=0.6), WON).verdict == "stable"


def test_vanishing_in_the_first_hundreds_of_steps_is_not_swallowed_by_the_reference():
    table = pd.concat([history(all=[1.0] + [1e-3] * 9), quantities(loss=[1.0] * 10)])
    assert assess_network(table, LIMITS).verdict == "vanishing"
    assert assess_network(table, LIMITS._replace(reference_window=0.5)).verdict == "stable"  # what a long one would say


@pytest.mark.parametrize(("gained", "verdict"), [(0.99, "stable"), (1.01, "growing"), (1.99, "growing")])
def test_a_grown_gradient_is_growing(gained, verdict):
    assert assess_network(history(all=falling(-gained)), LIMITS).verdict == verdict


def test_a_gradient_beyond_all_bounds_explodes_with_its_step_and_its_worst_layer():
    verdict = assess_network(history(all=falling(-2.5, 3), dense1=falling(-1, 3), dense2=falling(-3, 3)), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("exploding", 300, "dense2")
    assert "2.5 decades gained, most in layer dense2, 3.0 decades" in verdict.evidence


def test_a_huge_discriminator_explodes_whatever_it_was_at_the_start():
    table = pd.concat([history(all=[2e4] * 10, a=[1e4] * 10), quantities(accuracy=[1.0] * 10)])
    found = assess_network(table, LIMITS)
    assert (found.verdict, found.step, found.layer) == ("exploding", 0, "a")
    assert "a norm of 2e+04" in found.evidence
    assert assess_network(table[table["quantity"] != "accuracy"], LIMITS).verdict == "stable"  # of unknown scale


def test_a_dip_that_comes_back_is_stable():
    assert assess_network(history(all=[1, 1, 1, 1e-9, 1e-9, 1e-9, 1, 1, 1, 1]), LIMITS).verdict == "stable"


def test_a_gradient_of_exactly_zero_vanishes_and_says_since_when():
    verdict = assess_network(history(all=[1.0] * 4 + [0.0] * 6, dense1=[1.0] * 4 + [0.0] * 6), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 400, "dense1")


def test_a_gradient_that_is_zero_throughout_vanishes():
    assert assess_network(history(all=[0.0] * 10, dense1=[0.0] * 10), LIMITS).verdict == "vanishing"


def test_a_gradient_of_zero_after_the_loss_has_fallen_has_converged():
    table = pd.concat([history(all=[1.0] * 4 + [0.0] * 6), quantities(loss=[2.0] * 4 + [0.0] * 6)])
    assert assess_network(table, LIMITS, WON).verdict == "shrinking"


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_norms_that_are_no_number_have_diverged(value):
    verdict = assess_network(history(all=[1.0] * 6 + [value] * 4, dense1=[1.0] * 6 + [value] * 4), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("diverged", 600, "(all)")


def test_a_single_probe_is_its_own_reference():
    assert assess_network(history(all=[0.3], dense1=[0.1]), LIMITS).verdict == "stable"


def test_a_network_of_one_layer_is_named_as_a_whole():
    assert assess_network(history(all=falling(3)), LIMITS).layer == "(all)"


def test_divergence_outranks_the_norms():
    row = {"step": 750, "layer": "dense2", "quantity": "diverged", "value": 1.0}
    table = pd.concat([history(all=falling(3)), pd.DataFrame([row])], ignore_index=True)
    verdict = assess_network(table, LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("diverged", 750, "dense2")
    alone = assess_network(pd.DataFrame([row]), LIMITS)
    assert alone.verdict == "diverged"


def test_no_gradient_norms_at_all_are_told():
    row = {"step": 0, "layer": "(all)", "quantity": "loss", "value": 1.0}
    assert "no gradient norms" in assess_network(pd.DataFrame([row]), LIMITS).evidence


def test_order_of_rows_does_not_matter():
    table = history(all=falling(3), dense1=falling(4))
    assert assess_network(table.sample(frac=1, random_state=0), LIMITS) == assess_network(table, LIMITS)


def test_a_first_layer_far_below_the_last_vanishes_over_depth():
    verdict = assess_network(layered(-4, -2.5, -1, 0), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 0, "dense1")
    assert verdict.evidence.startswith(
        "at the end, 0.0001 in the first layer dense1 is 4.0 decades below the 1 in the last layer dense4, "
        "1.35 decades per layer; gradient norm 1 at the start"
    )


def test_a_first_layer_far_above_the_last_explodes_over_depth():
    verdict = assess_network(layered(3, 4, 0), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("exploding", 0, "dense2")
    assert "3.0 decades above the 1 in the last layer dense3, 1.50 decades per layer" in verdict.evidence


def test_depth_has_an_onset_too():
    assert assess_network(layered(-3, -1, 0, since=4), LIMITS).step == 400


@pytest.mark.parametrize(("ratio", "verdict"), [(-1.9, "stable"), (-2.1, "vanishing"), (1.9, "stable")])
def test_the_limit_over_depth_is_in_decades(ratio, verdict):
    assert assess_network(layered(ratio, 0, 0), LIMITS).verdict == verdict


@pytest.mark.parametrize(
    ("layers", "ratio", "verdict"),
    [
        (5, 1.9, "stable"),
        (7, 1.1, "stable"),
        (7, 1.3, "exploding"),  # six steps of .2
        (11, 1.9, "stable"),
        (11, 2.1, "exploding"),
        (7, -2.3, "stable"),
        (7, -2.5, "vanishing"),  # six steps of .4
        (11, -3.9, "stable"),
        (11, -4.1, "vanishing"),
    ],
)
def test_the_limit_over_depth_grows_with_depth(layers, ratio, verdict):
    assert assess_network(layered(ratio, *[0] * (layers - 1)), LIMITS).verdict == verdict


def test_a_network_of_two_layers_has_no_depth():
    verdict = assess_network(layered(-5, 0), LIMITS)
    assert verdict.verdict == "stable"
    assert "first layer" not in verdict.evidence


def test_what_was_small_over_depth_and_recovered_is_stable():
    assert (
        assess_network(history(all=[1.0] * 10, a=[1e-5] * 5 + [1.0] * 5, b=[1.0] * 10, c=[1.0] * 10), LIMITS)[0]
        == "stable"
    )


def test_a_dead_layer_vanishes_over_depth_though_the_whole_learns():
    verdict = assess_network(history(all=[1.0] * 10, a=[0.0] * 10, b=[0.0] * 10, c=[1.0] * 10), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 0, "a")
    assert "per layer" not in verdict.evidence


def test_vanishing_over_depth_tells_the_change_over_time_as_well():
    down = falling(3)
    verdict = assess_network(history(all=down, a=[1e-4 * value for value in down], b=down, c=down), LIMITS)
    assert (verdict.verdict, verdict.layer) == ("vanishing", "a")
    assert "3.0 decades lost" in verdict.evidence
    assert "4.0 decades below" in verdict.evidence


def test_the_criterion_that_is_exceeded_more_gives_the_verdict():
    up = falling(-5)
    table = history(all=up, a=[1e-4 * value for value in up], b=up, c=up)
    assert assess_network(table, LIMITS).verdict == "exploding"
    assert assess_network(table, LIMITS._replace(depth_decades=1.0)).verdict == "vanishing"


profiles = st.lists(st.floats(-6, 6), min_size=3, max_size=5)


@settings(max_examples=25)
@given(profiles)
def test_the_criterion_over_depth_is_the_ratio_and_slope_of_the_profile(decades_of_layers):
    norms = [10.0**value for value in decades_of_layers]
    ratio, slope = depth_ratio(norms).item(), decades_per_layer(norms).item()
    verdict = assess_network(layered(*decades_of_layers), LIMITS)
    assert (verdict.verdict == "stable") == (abs(ratio) < 2 - 1e-9) or abs(abs(ratio) - 2) < 1e-9
    assert f"{abs(ratio):.1f} decades {'below' if ratio < 0 else 'above'}" in verdict.evidence
    assert f", {abs(slope):.2f} decades per layer" in verdict.evidence


@settings(max_examples=25)
@given(profiles, st.floats(1e-9, 1e9))
def test_verdicts_do_not_depend_on_the_scale_of_the_loss(decades_of_layers, scale):
    table = layered(*decades_of_layers)
    scaled = table.assign(value=table["value"] * scale)
    assert assess_network(scaled, LIMITS)[:3] == assess_network(table, LIMITS)[:3] or _close_to_a_limit(
        decades_of_layers
    )


def _close_to_a_limit(values):
    return abs(abs(values[0] - values[-1]) - LIMITS.depth_decades) < 1e-9 or len(set(values)) < len(values)


@settings(max_examples=25)
@given(profiles)
def test_turning_a_network_round_turns_its_verdict_over_depth_round(values):
    turned = {"vanishing": "exploding", "exploding": "vanishing", "stable": "stable"}
    assert (
        assess_network(layered(*values[::-1]), LIMITS).verdict
        == turned[assess_network(layered(*values), LIMITS).verdict]
    )


def test_runs_are_judged_one_by_one_and_generators_by_their_own_discriminator():
    loss = quantities(loss=[1.0] * 10)
    tables = [
        values.assign(dataset="digits", method="gan", seed=seed, network=network)
        for seed, network, values in [
            (0, "generator", pd.concat([history(all=falling(3), dense1=falling(3)), loss])),
            (0, "discriminator", pd.concat([history(all=[1.0] * 10), quantities(accuracy=[1.0] * 10)])),
            (1, "generator", pd.concat([history(all=falling(3), dense1=falling(3)), loss])),
            (1, "discriminator", pd.concat([history(all=[1.0] * 10), quantities(accuracy=[0.7] * 10)])),
        ]
    ]
    verdicts = assess_runs(pd.concat(tables, ignore_index=True), LIMITS)
    assert list(verdicts.columns) == ["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"]
    assert verdicts["verdict"].tolist() == ["vanishing", "stable", "shrinking", "stable"]
    assert verdicts["seed"].tolist() == [0, 0, 1, 1]
    assert verdicts["step"].isna().tolist() == [False, True, False, True]
    assert verdicts["step"].dtype == "Int64"


@pytest.mark.parametrize(
    "change",
    [
        {"window": 0.0},
        {"window": 1.5},
        {"stalled_share": 2.0},
        {"shrinking_decades": 0.0},
        {"depth_decades": -1.0},
        {"exploding_decades": np.nan},
    ],
)
def test_limits_that_no_change_can_be_compared_with_are_refused(change):
    with pytest.raises(InputError, match=rf"limits\.{next(iter(change))}: is"):
        assess_network(history(all=[1.0] * 10), LIMITS._replace(**change))


def test_tables_that_no_verdict_can_be_given_on_are_refused():
    rows = history(all=[1.0] * 10).assign(dataset="digits", method="gan", seed=0, network="generator")
    with pytest.raises(InputError, match=r"lacks the columns \['seed'\]"):
        assess_runs(rows.drop(columns="seed"), LIMITS)
    with pytest.raises(InputError, match="occurs twice"):
        assess_runs(pd.concat([rows, rows]), LIMITS)


def test_the_evidence_of_growth_is_the_growth_that_was_judged():
    """The criterion nearest to its limit may count from where the discriminator has learned; the trend does not."""
    table = history(all=[1e-3, 1e-2, 1e-1, 1.0, 1.0, 2.0, 4.0, 10.0, 10.0, 10.0])
    loss = pd.Series([1.4] * 3 + [0.9] * 7, index=sorted(table["step"].unique()))
    verdict = assess_network(table, LIMITS, judge_loss=loss)
    assert (verdict.verdict, verdict.evidence.partition(",")[0]) == ("growing", "gradient norm 0.001 at the start")
    level = history(all=[1e-1] * 3 + [0.5] * 7)
    verdict = assess_network(level, LIMITS, judge_loss=loss)
    assert verdict.verdict == "stable"
    assert verdict.evidence.startswith("gradient norm 0.5 once the discriminator had learned, 0.5 at the end")
