import numpy as np
import pandas as pd
import pytest

from aegan.probes.verdicts import decades, ends, judge, judge_runs, onset

LIMITS = {"vanishing_decades": 1.0, "exploding_decades": 1.0, "window": 0.2}
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
    verdict = judge(history(all=[2.0] * 10, dense1=[1.0] * 10), **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("healthy", None, None)
    assert "2 at the start, 2 at the end" in verdict.evidence


def test_a_lost_gradient_vanishes_with_its_step_and_its_worst_layer():
    verdict = judge(history(all=falling(3), dense1=falling(4), dense2=falling(2)), **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 500, "dense1")
    assert "3.0 decades lost; most in layer dense1, 4.0 decades" in verdict.evidence


def test_a_grown_gradient_explodes_with_its_step_and_its_worst_layer():
    verdict = judge(history(all=falling(-2, 3), dense1=falling(-1, 3), dense2=falling(-3, 3)), **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("exploding", 300, "dense2")
    assert "2.0 decades gained; most in layer dense2, 3.0 decades" in verdict.evidence


@pytest.mark.parametrize(("lost", "verdict"), [(0.99, "healthy"), (1.01, "vanishing"), (-0.99, "healthy")])
def test_limits_are_in_decades(lost, verdict):
    assert judge(history(all=falling(lost)), **LIMITS).verdict == verdict


def test_limits_for_loss_and_growth_are_separate():
    limits = {"vanishing_decades": 3.0, "exploding_decades": 1.0, "window": 0.2}
    assert judge(history(all=falling(2)), **limits).verdict == "healthy"
    assert judge(history(all=falling(-2)), **limits).verdict == "exploding"


def test_a_dip_that_comes_back_is_healthy():
    assert judge(history(all=[1, 1, 1, 1e-9, 1e-9, 1e-9, 1, 1, 1, 1]), **LIMITS).verdict == "healthy"


def test_onset_is_the_last_crossing_not_the_first():
    norms = pd.Series([1, 1, 1e-3, 1, 1, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2], index=STEPS, dtype=float)
    assert onset(norms, 0.2, -1.0) == 500


def test_a_gradient_of_exactly_zero_vanishes_and_says_since_when():
    verdict = judge(history(all=[1.0] * 4 + [0.0] * 6, dense1=[1.0] * 4 + [0.0] * 6), **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("vanishing", 400, "dense1")


def test_a_gradient_that_is_zero_throughout_vanishes():
    assert judge(history(all=[0.0] * 10, dense1=[0.0] * 10), **LIMITS).verdict == "vanishing"


def test_a_gradient_that_rises_from_zero_explodes():
    assert judge(history(all=[0.0] * 5 + [1.0] * 5), **LIMITS).verdict == "exploding"


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_norms_that_are_no_number_have_diverged(value):
    verdict = judge(history(all=[1.0] * 6 + [value] * 4, dense1=[1.0] * 6 + [value] * 4), **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("diverged", 600, "(all)")


def test_a_single_probe_is_its_own_reference():
    assert judge(history(all=[0.3], dense1=[0.1]), **LIMITS).verdict == "healthy"


def test_a_network_of_one_layer_is_named_as_a_whole():
    assert judge(history(all=falling(3)), **LIMITS).layer == "(all)"


def test_divergence_outranks_the_norms():
    row = {"step": 750, "layer": "dense2", "quantity": "diverged", "value": 1.0}
    table = pd.concat([history(all=falling(3)), pd.DataFrame([row])], ignore_index=True)
    verdict = judge(table, **LIMITS)
    assert (verdict.verdict, verdict.step, verdict.layer) == ("diverged", 750, "dense2")
    alone = judge(pd.DataFrame([row]), **LIMITS)
    assert alone.verdict == "diverged"


def test_no_gradient_norms_at_all_are_told():
    row = {"step": 0, "layer": "(all)", "quantity": "loss", "value": 1.0}
    assert "no gradient norms" in judge(pd.DataFrame([row]), **LIMITS).evidence


def test_ends_are_medians_that_outliers_do_not_move():
    norms = pd.Series([1.0, 2.0, 900.0, 1.0, 1.0, 1.0, 4.0, 5.0, 1e9, 3.0])
    assert ends(norms, 0.3) == (2.0, 5.0)
    assert decades(norms, 0.3) == pytest.approx(np.log10(2.5))


def test_order_of_rows_does_not_matter():
    table = history(all=falling(3), dense1=falling(4))
    assert judge(table.sample(frac=1, random_state=0), **LIMITS) == judge(table, **LIMITS)


def test_runs_are_judged_one_by_one():
    tables = [
        values.assign(dataset="digits", method="gan", seed=seed, network=network)
        for seed, network, values in [
            (0, "generator", history(all=falling(3), dense1=falling(3))),
            (0, "discriminator", history(all=[1.0] * 10)),
            (1, "generator", history(all=falling(-3), dense1=falling(-3))),
        ]
    ]
    verdicts = judge_runs(pd.concat(tables, ignore_index=True), **LIMITS)
    assert list(verdicts.columns) == ["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"]
    assert verdicts["verdict"].tolist() == ["vanishing", "healthy", "exploding"]
    assert verdicts["seed"].tolist() == [0, 0, 1]
    assert verdicts["step"].isna().tolist() == [False, True, False]
    assert verdicts["step"].dtype == "Int64"
