"""Curves of a fresh discriminator against a frozen generator."""

import numpy as np
import pytest

from aegan.figures.numbers import format_number
from aegan.figures.study.probe_curves import SPEC, draw


@pytest.fixture(scope="module")
def curves(study):
    return draw(study.probe, study.methods)


def test_probe_curves_draw_the_medians_of_every_stage_with_step_zero(study, curves):
    assert [axes.get_title(loc="left") for axes in curves.axes] == [
        "generator after 1 round",
        "generator after 100 rounds",
        "generator after 2000 rounds",
    ] * 5
    rows = study.probe.query("method == 'gan' and stage == 100 and quantity == 'minimax_gradient_norm'")
    expected = rows.groupby("step")["value"].median()
    (line,) = [line for line in curves.axes[1].lines if line.get_label() == "gan"]
    np.testing.assert_array_equal(line.get_xdata(), expected.index)
    np.testing.assert_array_equal(line.get_ydata(), expected)
    assert expected.index[0] == 0
    assert {axes.get_xscale() for axes in curves.axes} == {"symlog"}
    assert [axes.get_yscale() for axes in curves.axes[::3]] == ["log", "log", "log", "log", "linear"]


def test_probe_curves_show_games_without_logits_under_their_own_loss_alone(study, curves):
    shown = [{line.get_label() for line in axes.lines if len(line.get_xdata())} for axes in curves.axes]
    assert shown[0] == set(study.methods) - {"ebgan"}
    assert shown[6] == {"ebgan"}


def test_probe_curves_mark_a_run_that_stopped_before_a_stage(study):
    lost = (study.probe["method"] == "gan") & (study.probe["seed"] == 4) & (study.probe["stage"] == 2000)
    rows = study.probe[~lost & (study.probe["quantity"] == "accuracy")]
    figure = draw(rows, study.methods)
    crosses = [[line.get_xdata() for line in axes.lines if line.get_marker() == "x"] for axes in figure.axes[:3]]
    assert crosses == [[], [], [[0]]]


@pytest.mark.parametrize("value", [0.0, np.inf, np.nan])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert len(draw(small.probe.assign(value=value), small.methods).axes) >= 2


def test_the_alternative_text_quotes_the_first_and_the_last_norm(study):
    rows = study.probe.query(
        "method == 'gan' and stage == 2000 and quantity == 'minimax_gradient_norm' and layer == '(all)'"
    )
    medians = rows.groupby("step")["value"].median()
    said = f"gan on digits from {format_number(medians[0])} to {format_number(medians[4000])} at step 4000"
    assert said in SPEC.describe_study(study)
