import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.curves import Block, Panel, bands, figure_of, limits, marks
from aegan.figures.gradients import discriminator_game, gradient_overview, layer_curves, losses, spread

INF, NAN = np.inf, np.nan


def frame(values, method="a", steps=None):
    """Values (seeds, steps) as a tidy frame."""
    rows = [(method, s, t, v) for s, line in enumerate(values) for t, v in enumerate(line)]
    return pd.DataFrame(rows, columns=["method", "seed", "step", "value"])


def test_bands_are_pandas_quantiles(study):
    own = study.gradients.query("quantity == 'gradient_norm' and network == 'generator' and layer == 'linear1'")
    found = bands(own).set_index(["method", "step"])
    for column, q in (("low", 0.0), ("median", 0.5), ("high", 1.0)):
        expected = own.groupby(["method", "step"])["value"].quantile(q)
        pd.testing.assert_series_equal(found[column], expected, check_names=False)


def test_bands_keep_zero_and_infinity_and_leave_out_nan():
    found = bands(frame([[0.0, NAN], [1.0, 2.0], [INF, 4.0]]))
    assert found[["median", "low", "high"]].to_numpy().tolist() == [[1.0, 0.0, INF], [3.0, 2.0, 4.0]]


def test_marks_say_what_a_log_axis_cannot_show():
    values = frame([[0.0, 1.0, 1.0], [1.0, INF, NAN]])
    found = set(marks(values, log=True).itertuples(index=False, name=None))
    assert found == {("a", 0, "zero"), ("a", 1, "infinite"), ("a", 2, "lost")}
    assert "zero" not in set(marks(values, log=False)["mark"])


def test_a_seed_is_lost_against_its_own_method_only():
    long, short = frame([[1.0] * 5]), frame([[1.0] * 3, [1.0] * 2], method="short")
    found = marks(pd.concat([long, short]), log=True)
    assert found.to_numpy().tolist() == [["short", 1, "lost"]]


@given(
    st.lists(st.sampled_from([0.0, INF, -INF, NAN]) | st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1),
    st.sampled_from(["log", "linear"]),
)
def test_limits_hold_every_value_that_can_be_drawn(values, scale):
    series = pd.Series(values, dtype=float)
    low, high = limits(series, scale)
    assert np.isfinite([low, high]).all()
    assert low < high
    drawn = series[np.isfinite(series) & ((series > 1e-300) | (scale == "linear"))]
    assert ((drawn >= low) & (drawn <= high)).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_spread_keeps_order_and_distance(heights):
    placed = spread(heights, 0.06)
    assert np.argsort(placed, kind="stable").tolist() == np.argsort(heights, kind="stable").tolist()
    assert (np.diff(np.sort(placed)) >= 0.06 - 1e-9).all()
    assert max(placed) <= 1 + 1e-9


def test_spread_leaves_distant_heights_alone():
    assert spread([0.9, 0.1, 0.5], 0.06) == pytest.approx([0.9, 0.1, 0.5])
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])


def test_line_is_the_median_and_has_gaps_where_it_is_zero_or_infinite():
    values = frame([[1.0, 0.0, INF, 4.0], [3.0, 0.0, INF, 4.0]])
    axes = figure_of([Block("b", [Panel("p", values, "log")])], ["a"], 3).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [2.0, NAN, NAN, 4.0])


def test_layer_curves_have_a_panel_per_layer_and_a_line_per_method(study):
    figure = layer_curves(study.gradients, study.methods, {"gradient_norm": ("gradient norm", "log")})
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "whole network",
        "linear1",
        "linear2",
        "linear3",
        "output",
        "whole network",
        "linear1",
        "linear2",
        "output",
    ]
    assert all(len([line for line in axes.lines if line.get_linestyle() != "None"]) == 5 for axes in figure.axes)
    assert {axes.get_yscale() for axes in figure.axes} == {"log"}
    assert len({axes.get_ylim() for axes in figure.axes[:5]}) == 1


def test_layers_stand_in_the_order_of_the_deepest_method(study):
    rows = study.gradients.query("network == 'generator' and quantity == 'gradient_norm'")
    shallow = rows["method"].eq("gan") & rows["layer"].isin(["linear2", "linear3"])
    figure = layer_curves(rows[~shallow], study.methods, {"gradient_norm": ("gradient norm", "log")})
    assert [axes.get_title(loc="left") for axes in figure.axes[1:]] == ["linear1", "linear2", "linear3", "output"]


def test_overview_names_every_line_and_the_autoencoder(study):
    axes = gradient_overview(study.gradients, study.methods, study.autoencoders).axes[0]
    assert {text.get_text() for text in axes.texts} == {*study.methods, "autoencoder alone"}


def test_overview_names_a_method_that_is_zero_throughout(study):
    dead = study.gradients.assign(value=study.gradients["value"].where(study.gradients["method"] != "gan", 0.0))
    axes = gradient_overview(dead, study.methods, study.autoencoders).axes[0]
    assert "gan" in {text.get_text() for text in axes.texts}


def test_discriminator_and_losses_have_their_panels(small):
    assert [axes.get_title(loc="left") for axes in discriminator_game(small.gradients, small.methods).axes] == [
        "accuracy",
        "logit on real",
        "logit on fake",
    ]
    assert len(losses(small.gradients, small.methods).axes) == 4  # two networks of two methods
