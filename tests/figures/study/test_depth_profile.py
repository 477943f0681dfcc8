"""Gradient norm against depth: medians over layers, zeros and lost seeds marked."""

import numpy as np
import pytest

from aegan.figures.study.depth_profile import draw


@pytest.fixture(scope="module")
def profiles(study):
    return draw(study.gradients, study.methods)


def test_profiles_draw_the_medians_over_layers(study, profiles, titles):
    assert titles(profiles) == ["start: step 0", "middle: step 1k", "end: step 1.9k"] * 2
    rows = study.gradients.query("quantity == 'gradient_norm' and network == 'generator' and method == 'ebgan'")
    expected = rows[rows["step"] == 1900].groupby("layer")["value"].median()
    (line,) = [line for line in profiles.axes[2].lines if line.get_label() == "ebgan"]
    assert line.get_xdata().tolist() == [-3, -2, -1, 0]
    layers = ["linear1", "linear2", "linear3", "output"]
    np.testing.assert_allclose(line.get_ydata(), expected[layers])
    assert profiles.axes[0].get_yscale() == "log"


def test_profiles_mark_zeros_and_seeds_that_stopped(profiles):
    end = profiles.axes[2]
    drawn = {(line.get_marker(), line.get_color()) for line in end.lines if line.get_linestyle() == "None"}
    assert {marker for marker, _ in drawn} == {"v", "x"}
    zeros = [line for line in end.lines if line.get_marker() == "v"]
    assert len({line.get_ydata()[0] for line in zeros}) == len(zeros)  # no method's marks hide another's


def test_a_network_of_one_layer_is_a_dot(make_history):
    figure = draw(make_history([{"a": [1.0, 1.0]}, {"a": [1.0, 3.0]}]), ["gan"])
    (line,) = [line for line in figure.axes[2].lines if line.get_label() == "gan"]
    assert (line.get_marker(), line.get_ydata().tolist()) == ("o", [2.0])


@pytest.mark.parametrize("value", [0.0, np.inf, np.nan])
def test_tables_without_a_number_can_be_drawn(small, value):
    assert len(draw(small.gradients.assign(value=value), small.methods).axes) == 6
