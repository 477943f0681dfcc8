"""Gradients along the path of training."""

import numpy as np
import pytest

from aegan.figures.numbers import format_signed
from aegan.figures.study.path_angle import SPEC, describe, draw


def test_paths_draw_the_medians_over_their_places(study):
    figure = draw(study.dynamics, study.methods)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [*study.methods] * 2
    for axes, quantity in ((figure.axes[0], "path_angle"), (figure.axes[5], "path_norm")):
        rows = study.dynamics[(study.dynamics["method"] == "gan") & (study.dynamics["quantity"] == quantity)]
        expected = rows.groupby("index")["value"].median()
        line = axes.lines[0]
        np.testing.assert_allclose(line.get_xdata(), expected.index / 100)
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert figure.axes[0].get_ylim() == (-1.08, 1.08)
    assert figure.axes[5].get_yscale() == "log"


def test_paths_mark_a_run_that_stopped_before_the_last_stage(study):
    gone = (study.dynamics["method"] == "gan") & (study.dynamics["seed"] == 2) & (study.dynamics["stage"] == 2000)
    figure = draw(study.dynamics[~gone], ["gan", "latent"])
    crosses = [[line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "x"] for axes in figure.axes]
    assert crosses == [[[-0.5]], []] * 2


def test_a_zero_field_is_marked(small):
    table = small.dynamics.assign(value=small.dynamics["value"].mask(small.dynamics["quantity"] == "path_norm", 0.0))
    figure = draw(table, small.methods)
    assert "v" in {line.get_marker() for line in figure.axes[2].lines}


@pytest.mark.parametrize("value", [0.0, np.inf, np.nan])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert len(draw(small.dynamics.assign(value=value), small.methods).axes) >= 2


def test_the_alternative_text_quotes_both_ends_and_the_end_of_training(study):
    rows = study.dynamics.query("quantity == 'path_angle' and stage == 2000 and method == 'ebgan'")
    start, end, beyond = (rows[rows["index"] == place]["value"].median() for place in (-50, 100, 150))
    assert (
        f"ebgan on digits {format_signed(start)}, {format_signed(end)} and {format_signed(beyond)}"
        in SPEC.describe_study(study)
    )


def test_a_run_that_did_not_reach_the_only_measured_stage_is_marked(study):
    last = study.dynamics.query("stage == 2000 and method in ['gan', 'latent']")
    lost = (last["method"] == "latent") & ((last["index"] > -50) | ~last["quantity"].str.startswith("path"))
    table = last[~lost].assign(value=lambda rows: rows["value"].mask(rows["method"] == "latent"))
    crosses = [
        [line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "x"]
        for axes in draw(table, ["gan", "latent"]).axes
    ]
    assert crosses == [[], [[-0.5]]] * 2
    assert "latent on digits no run left" in describe(table)
