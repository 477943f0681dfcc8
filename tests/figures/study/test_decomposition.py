"""Factors of the change in gradient norm: they add up, and lost runs are counted."""

import numpy as np
import pytest

from aegan.figures.study.decomposition import FACTORS, compute_decades, draw

INF, NAN = np.inf, np.nan


def notes(axes):
    return [text.get_text() for text in axes.texts]


def test_decades_are_those_between_the_peak_and_the_last_step(study):
    table = compute_decades(study.probe)
    assert set(table["stage"]) == {2000}
    np.testing.assert_allclose(table[list(FACTORS)].sum(axis=1), table["total"], atol=1e-9)
    run = study.probe.query("stage == 2000 and method == 'gan' and seed == 3 and layer == '(all)'")
    for loss, pick in (("minimax", "max"), ("non_saturating", "min")):
        norms = run[run["quantity"] == f"{loss}_gradient_norm"].set_index("step")["value"]
        found = table.query("method == 'gan' and seed == 3 and loss == @loss")["total"].item()
        assert found == pytest.approx(np.log10(norms[4000] / norms.agg(pick)))


def test_bars_are_the_medians_stacked_by_sign_and_the_mark_is_the_total(study):
    figure = draw(study.probe, study.methods)
    typical = compute_decades(study.probe).query("loss == 'minimax'").groupby("method")[[*FACTORS, "total"]].median()
    axes = figure.axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    for place, method in enumerate(["gan", "article", "warm_start", "latent"]):
        lengths = typical.loc[method, list(FACTORS)].to_numpy()
        own = bars[3 * place : 3 * place + 3]
        np.testing.assert_allclose([width for _, width in own], lengths)
        before = [sum(x for x in lengths[:i] if (x > 0) == (lengths[i] > 0)) for i in range(3)]
        np.testing.assert_allclose([start for start, _ in own], before, atol=1e-12)
    np.testing.assert_allclose(axes.lines[-1].get_xdata()[:4], typical.loc[list(study.methods[:4]), "total"])
    assert notes(axes)[-1] == "no logits"


def test_a_gradient_that_ends_at_zero_is_minus_infinity_and_drawn_to_the_edge(study):
    dead = (study.probe["method"] == "gan") & (study.probe["step"] == 4000)
    dead &= study.probe["quantity"].isin(["minimax_slope", "minimax_gradient_norm"])
    table = study.probe.assign(value=study.probe["value"].mask(dead, 0.0))
    assert compute_decades(table).query("method == 'gan' and loss == 'minimax'")["slope"].eq(-INF).all()
    axes = draw(table, study.methods).axes[0]
    assert axes.patches[0].get_width() < axes.get_xlim()[0]
    assert axes.lines[-1].get_xdata()[0] == axes.get_xlim()[0]
    assert notes(axes)[0] == "−∞ · 5 zero"


def test_decades_keep_runs_that_are_nan_or_stopped(study, words):
    gone = (study.probe["method"] == "gan") & (study.probe["seed"] == 4) & (study.probe["stage"] == 2000)
    table = study.probe.assign(value=study.probe["value"].mask(study.probe["method"] == "latent"))[~gone]
    assert compute_decades(table).query("loss == 'minimax'").groupby("method")["total"].count().to_dict() == {
        "gan": 4,
        "article": 5,
        "warm_start": 5,
        "latent": 0,
    }
    words = notes(draw(table, study.methods).axes[0])
    assert words[0].endswith("· 1 lost")
    assert words[3] == "5 lost"


@pytest.mark.parametrize("value", [0.0, INF, NAN])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert len(draw(small.probe.assign(value=value), small.methods).axes) >= 2
