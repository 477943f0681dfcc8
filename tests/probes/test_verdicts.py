import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aegan.errors import InputError
from aegan.probes.depth_profile import decades_per_layer, depth_ratio
from aegan.probes.verdicts import (
    Limits,
    assess_network,
    assess_runs,
    decades_changed,
    find_onset,
    log_ratio,
    start_and_end_medians,
)

LIMITS = Limits(vanishing_decades=1.0, exploding_decades=1.0, depth_decades=2.0, window=0.2)
STEPS = list(range(0, 1000, 100))


def history(**norms):
    """Gradient norms by layer (`all` for the whole network) over STEPS."""
    rows = [
        {"step": step, "layer": "(all)" if layer == "all" else layer, "quantity": "gradient_norm", "value": value}
        for layer, values in norms.items()
        for step, value in zip(STEPS, values, strict=False)
    ]
    return pd.DataFrame(rows)


def falling(decades_lost, since=5):
    """1 until step number `since`, then lower by so many decades."""
    return [1.0] * since + [10.0**-decades_lost] * (10 - since)


def test_a_steady_gradient_is_healthy():
    verdict = assess_network(history(all=[2.0] * 10, dense1=[1.0] * 10), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("healthy", None, None)
    assert "2 at the start, 2 at the end" in verdict.evidence


def test_a_lost_gradient_vanishes_with_its_step_and_its_worst_layer():
    verdict = assess_network(history(all=falling(3), dense1=falling(4), dense2=falling(2)), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 500, "dense1")
    assert "3.0 decades lost, most in layer dense1, 4.0 decades" in verdict.evidence


def test_a_grown_gradient_explodes_with_its_step_and_its_worst_layer():
    verdict = assess_network(history(all=falling(-2, 3), dense1=falling(-1, 3), dense2=falling(-3, 3)), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("exploding", 300, "dense2")
    assert "2.0 decades gained, most in layer dense2, 3.0 decades" in verdict.evidence


@pytest.mark.parametrize(("lost", "verdict"), [(0.99, "healthy"), (1.01, "vanishing"), (-0.99, "healthy")])
def test_limits_are_in_decades(lost, verdict):
    assert assess_network(history(all=falling(lost)), LIMITS).verdict == verdict


def test_limits_for_loss_and_growth_are_separate():
    limits = LIMITS._replace(vanishing_decades=3.0)
    assert assess_network(history(all=falling(2)), limits).verdict == "healthy"
    assert assess_network(history(all=falling(-2)), limits).verdict == "exploding"


def test_a_dip_that_comes_back_is_healthy():
    assert assess_network(history(all=[1, 1, 1, 1e-9, 1e-9, 1e-9, 1, 1, 1, 1]), LIMITS).verdict == "healthy"


def test_onset_is_the_last_crossing_not_the_first():
    norms = pd.Series([1, 1, 1e-3, 1, 1, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2], index=STEPS, dtype=float)
    assert find_onset(norms, 0.2, -1.0) == 500


def test_a_gradient_of_exactly_zero_vanishes_and_says_since_when():
    verdict = assess_network(history(all=[1.0] * 4 + [0.0] * 6, dense1=[1.0] * 4 + [0.0] * 6), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 400, "dense1")


def test_a_gradient_that_is_zero_throughout_vanishes():
    assert assess_network(history(all=[0.0] * 10, dense1=[0.0] * 10), LIMITS).verdict == "vanishing"


def test_a_gradient_that_rises_from_zero_explodes():
    assert assess_network(history(all=[0.0] * 5 + [1.0] * 5), LIMITS).verdict == "exploding"


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_norms_that_are_no_number_have_diverged(value):
    verdict = assess_network(history(all=[1.0] * 6 + [value] * 4, dense1=[1.0] * 6 + [value] * 4), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("diverged", 600, "(all)")


def test_a_single_probe_is_its_own_reference():
    assert assess_network(history(all=[0.3], dense1=[0.1]), LIMITS).verdict == "healthy"


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


def test_ends_are_medians_that_outliers_do_not_move():
    norms = pd.Series([1.0, 2.0, 900.0, 1.0, 1.0, 1.0, 4.0, 5.0, 1e9, 3.0])
    assert start_and_end_medians(norms, 0.3) == (2.0, 5.0)
    assert decades_changed(norms, 0.3) == pytest.approx(np.log10(2.5))


def test_order_of_rows_does_not_matter():
    table = history(all=falling(3), dense1=falling(4))
    assert assess_network(table.sample(frac=1, random_state=0), LIMITS) == assess_network(table, LIMITS)


def layered(*decades, since=0):
    """Layers whose norms lie so many decades from 1 from step number `since` on, and 1 before; the whole stays at 1."""
    layers = {f"dense{number}": falling(-value, since) for number, value in enumerate(decades, start=1)}
    return history(all=[1.0] * 10, **layers)


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


@pytest.mark.parametrize(("ratio", "verdict"), [(-1.9, "healthy"), (-2.1, "vanishing"), (1.9, "healthy")])
def test_the_limit_over_depth_is_in_decades(ratio, verdict):
    assert assess_network(layered(ratio, 0, 0), LIMITS).verdict == verdict


def test_a_network_of_two_layers_has_no_depth():
    verdict = assess_network(layered(-5, 0), LIMITS)
    assert verdict.verdict == "healthy"
    assert "first layer" not in verdict.evidence


def test_what_was_small_over_depth_and_recovered_is_healthy():
    assert (
        assess_network(history(all=[1.0] * 10, a=[1e-5] * 5 + [1.0] * 5, b=[1.0] * 10, c=[1.0] * 10), LIMITS)[0]
        == "healthy"
    )


def test_a_dead_layer_vanishes_over_depth_though_the_whole_learns():
    verdict = assess_network(history(all=[1.0] * 10, a=[0.0] * 10, b=[0.0] * 10, c=[1.0] * 10), LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 0, "a")
    assert "per layer" not in verdict.evidence


@pytest.mark.parametrize(("lost", "deep", "layer"), [(3, -4, "b"), (1.5, -4, "a")])
def test_the_criterion_that_is_exceeded_more_names_the_layer_and_the_other_is_told(lost, deep, layer):
    down = falling(lost)
    first, middle = [10.0**deep * value for value in down], falling(lost + 1)
    verdict = assess_network(history(all=down, a=first, b=middle, c=down), LIMITS)
    assert (verdict.verdict, verdict.layer) == ("vanishing", layer)
    assert f"{lost:.1f} decades lost" in verdict.evidence
    assert "4.0 decades below" in verdict.evidence


def test_exploding_over_time_can_outweigh_vanishing_over_depth():
    up = falling(-3)
    table = history(all=up, a=[1e-4 * value for value in up], b=up, c=up)
    assert assess_network(table, LIMITS).verdict == "exploding"
    assert assess_network(table, LIMITS._replace(depth_decades=1.0)).verdict == "vanishing"


profiles = st.lists(st.floats(-6, 6), min_size=3, max_size=8)


@settings(max_examples=25)
@given(profiles)
def test_the_criterion_over_depth_is_the_ratio_and_slope_of_the_profile(decades_of_layers):
    norms = [10.0**value for value in decades_of_layers]
    ratio, slope = depth_ratio(norms).item(), decades_per_layer(norms).item()
    verdict = assess_network(layered(*decades_of_layers), LIMITS)
    assert (verdict.verdict == "healthy") == (abs(ratio) < 2 - 1e-9) or abs(abs(ratio) - 2) < 1e-9
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
    turned = {"vanishing": "exploding", "exploding": "vanishing", "healthy": "healthy"}
    assert (
        assess_network(layered(*values[::-1]), LIMITS).verdict
        == turned[assess_network(layered(*values), LIMITS).verdict]
    )


def test_log_ratios_of_zeros():
    assert log_ratio([0.0, 1.0, 0.0, 100.0], [1.0, 0.0, 0.0, 1.0]).tolist() == [-np.inf, np.inf, -np.inf, 2.0]


def test_runs_are_judged_one_by_one():
    tables = [
        values.assign(dataset="digits", method="gan", seed=seed, network=network)
        for seed, network, values in [
            (0, "generator", history(all=falling(3), dense1=falling(3))),
            (0, "discriminator", history(all=[1.0] * 10)),
            (1, "generator", history(all=falling(-3), dense1=falling(-3))),
        ]
    ]
    verdicts = assess_runs(pd.concat(tables, ignore_index=True), LIMITS)
    assert list(verdicts.columns) == ["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"]
    assert verdicts["verdict"].tolist() == ["vanishing", "healthy", "exploding"]
    assert verdicts["seed"].tolist() == [0, 0, 1]
    assert verdicts["step"].isna().tolist() == [False, True, False]
    assert verdicts["step"].dtype == "Int64"


@pytest.mark.parametrize(
    "change",
    [
        {"window": 0.0},
        {"window": 1.5},
        {"vanishing_decades": 0.0},
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
