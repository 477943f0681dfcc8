"""Verdicts on generators that stand still before fresh discriminators."""

import numpy as np
import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS as DEFAULTS

from aegan.errors import InputError
from aegan.probes.probe_verdicts import assess_frozen_generators
from aegan.probes.verdicts import FRESH
from aegan.tables import TRAINING_FAKES

LIMITS = DEFAULTS._replace(fresh_vanishing_decades=1.0, fresh_growing_decades=1.5)
STEPS = [0, 1, 3, 10, 30, 100, 300, 1000]


def stage(number=100, quantity="own_gradient_norm", network="generator", seed=0, **norms):
    """The norms of one stage by layer (`all` for the whole network) over STEPS."""
    rows = [
        {"step": step, "layer": "(all)" if layer == "all" else layer, "value": value}
        for layer, values in norms.items()
        for step, value in zip(STEPS, values, strict=True)
    ]
    names = {"dataset": "digits", "method": "gan", "seed": seed, "stage": number, "fakes": TRAINING_FAKES}
    return pd.DataFrame(rows).assign(**names, network=network, quantity=quantity)


FALLING = [1.0, 2.0, 4.0, 4.0, 1.0, 0.3, 0.1, 0.04]
RISING = [5.0, 1.0, 1.0, 1.0, 3.0, 10.0, 50.0, 100.0]
STEADY = [1.0, 1.2, 1.0, 0.9, 1.1, 1.0, 0.8, 1.0]


def only(table, limits=LIMITS):
    judged = assess_frozen_generators(table, limits)
    assert len(judged) == 1
    return judged.iloc[0]


def test_the_fakes_of_training_are_judged_and_no_others():
    others = stage(all=FALLING).assign(fakes="samples")
    assert only(pd.concat([stage(all=STEADY), others]))["verdict"] == "stable"
    assert only(pd.concat([stage(all=FALLING), stage(all=STEADY).assign(fakes="samples")]))["verdict"] == "vanishing"


def test_what_is_lost_since_the_peak_vanishes():
    verdict = only(stage(all=FALLING, dense1=[value / 10 for value in FALLING], dense2=STEADY))
    assert (verdict["network"], verdict["verdict"], verdict["step"], verdict["layer"]) == (
        FRESH,
        "vanishing",
        100,  # 0.3 is the first that stays a tenth of the peak of 4
        "dense1",
    )
    assert verdict["evidence"] == (
        "after 100 rounds of training, gradient norm 4 at its peak, 0.04 at the end: 2.0 decades lost, "
        "most in layer dense1, 2.0 decades lost"
    )


def test_what_is_gained_since_step_10_is_growing():
    verdict = only(stage(all=RISING, dense1=STEADY, dense2=[2 * value for value in RISING]))
    assert (verdict["verdict"], verdict["step"], verdict["layer"]) == ("growing", 300, "dense2")
    assert "gradient norm 1 at step 10, 1e+02 at the end: 2.0 decades gained" in verdict["evidence"]


def test_the_first_steps_are_no_growth():
    early = [1e-3, 1e-2, 0.1, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert only(stage(all=early, dense1=early))["verdict"] == "stable"


def test_a_probe_of_fewer_than_ten_steps_grows_from_its_last():
    short = stage(all=RISING, dense1=RISING).query("step < 10")
    assert only(short)["verdict"] == "stable"


def test_a_steady_gradient_is_stable_with_its_numbers():
    verdict = only(stage(all=STEADY, dense1=STEADY))
    assert verdict["verdict"] == "stable"
    assert pd.isna(verdict["step"])
    assert pd.isna(verdict["layer"])
    assert "0.1 decades" in verdict["evidence"]


def test_the_worst_stage_is_told():
    slight = [4.0] * 7 + [0.3]
    table = pd.concat([stage(1, all=STEADY), stage(50, all=FALLING), stage(100, all=slight), stage(9, all=RISING)])
    verdict = only(table)
    assert verdict["verdict"] == "vanishing"
    assert verdict["evidence"].startswith("after 50 rounds")
    # growth is no fault, so vanishing outweighs it however much it grows
    assert only(table, LIMITS._replace(fresh_growing_decades=0.1))["verdict"] == "vanishing"
    grown = only(table, LIMITS._replace(fresh_vanishing_decades=9.0))
    assert (grown["verdict"], grown["evidence"][:14]) == ("growing", "after 9 rounds")


@pytest.mark.parametrize("values", [[0.0] * 8, [1.0] * 5 + [0.0] * 3])
def test_a_gradient_of_zero_vanishes(values):
    assert only(stage(all=values, dense1=values))["verdict"] == "vanishing"


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_norm_that_is_not_finite_has_diverged(value):
    verdict = only(stage(all=[1.0] * 6 + [value] * 2, dense1=STEADY))
    assert (verdict["verdict"], verdict["step"]) == ("diverged", 300)
    assert verdict["evidence"].startswith("after 100 rounds")


def test_a_fresh_discriminator_that_diverges_is_told_with_its_layer():
    row = {"step": 700, "layer": "dense3", "value": 1.0, "network": "discriminator", "quantity": "diverged"}
    names = {"dataset": "digits", "method": "gan", "seed": 0, "stage": 100, "fakes": TRAINING_FAKES}
    verdict = only(pd.concat([stage(all=FALLING), pd.DataFrame([row | names])]))
    assert (verdict["verdict"], verdict["step"], verdict["layer"]) == ("diverged", 700, "dense3")


def test_only_the_methods_own_loss_is_judged():
    others = [stage(all=FALLING, quantity="minimax_gradient_norm"), stage(all=RISING, network="discriminator")]
    assert only(pd.concat([stage(all=STEADY), *others]))["verdict"] == "stable"


def test_a_probe_without_norms_says_so():
    assert "no gradient norms" in only(stage(all=STEADY, quantity="minimax_gradient_norm"))["evidence"]


def test_every_run_has_its_row_and_the_columns_are_those_of_runs():
    judged = assess_frozen_generators(pd.concat([stage(seed=seed, all=FALLING) for seed in (0, 1)]), LIMITS)
    assert list(judged.columns) == ["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"]
    assert judged["seed"].tolist() == [0, 1]
    assert judged["step"].dtype == "Int64"
    assert assess_frozen_generators(stage(all=STEADY).iloc[:0], LIMITS).empty


def test_tables_and_limits_are_checked():
    with pytest.raises(InputError, match=r"lacks the columns \['stage'\]"):
        assess_frozen_generators(stage(all=STEADY).drop(columns="stage"), LIMITS)
    with pytest.raises(InputError, match=r"limits\.window"):
        assess_frozen_generators(stage(all=STEADY), LIMITS._replace(window=2.0))


def test_the_probe_has_limits_of_its_own():
    table = stage(all=FALLING, dense1=FALLING)
    assert only(table, LIMITS._replace(shrinking_decades=9.0, depth_decades=9.0))["verdict"] == "vanishing"
    assert only(table, LIMITS._replace(fresh_vanishing_decades=2.1))["verdict"] == "stable"
