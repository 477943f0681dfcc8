"""Parts that figures share."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.panels import (
    Message,
    add_method_legend,
    annotate_rows,
    draw_message,
    draw_seed_dots,
    estimate_label_width,
    format_step,
    hide_axes,
    make_figure,
    make_grid,
    make_rows,
    name_rows,
    set_log_ticks,
)
from aegan.figures.style import assign_looks


def test_grids_and_figures_have_their_size():
    figure, axes = make_grid(2, 3, 1.5, extra=0.4)
    assert axes.shape == (2, 3)
    np.testing.assert_allclose(figure.get_size_inches(), [9.6, 3.4])
    np.testing.assert_allclose(make_figure(2.0).get_size_inches(), [9.6, 2.0])
    assert estimate_label_width(["a", "abc"]) > estimate_label_width(["a"])


def test_rows_of_axes_have_their_heights():
    figure, axes = make_rows([1.0, 3.0], 2, extra=0.4)
    figure.canvas.draw()
    assert (axes.shape, figure.get_figheight()) == ((2, 2), 4.4)
    low, high = (own[0].get_position().height for own in axes)
    assert 2.5 < high / low < 4


def test_messages_are_written_and_keep_their_reason(words):
    message = draw_message("nothing was measured")
    assert words(message) == "Nothing to show: nothing was measured."
    assert isinstance(message, Message)
    assert message.reason == "nothing was measured"


def test_the_legend_has_the_methods_that_are_drawn():
    figure = Figure()
    add_method_legend(figure, assign_looks(["a", "b", "c"]), ["c", "a"])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "c"]


def test_seeds_are_points_and_the_median_counts_what_cannot_be_drawn():
    axes = Figure().subplots()
    axes.set_xscale("log")
    draw_seed_dots(axes, 0, pd.Series([0.0, 2.0, np.inf, 3.0]), assign_looks(["a"])["a"])
    points, bar = axes.lines
    assert points.get_xdata().tolist() == [2.0, 3.0]
    assert bar.get_xdata().tolist() == [2.5]


def test_rows_are_named_from_the_top_and_annotated():
    axes = Figure().subplots()
    name_rows(axes, ["a", "b"])
    annotate_rows(axes, ["x", "y"])
    assert axes.get_ylim() == (1.5, -0.5)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in axes.texts] == ["x", "y"]
    name_rows(axes, ["a", "b"], labels=False)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["", ""]


def test_ticks_are_numbers_or_decades():
    axes = Figure().subplots()
    axes.set_yscale("log")
    axes.set_ylim(1e-6, 1)
    set_log_ticks(axes.yaxis, (1e-6, 1))
    assert "10⁻⁶" in [label.get_text() for label in axes.get_yticklabels()]
    set_log_ticks(axes.yaxis, (1, 9))
    assert axes.yaxis.get_major_formatter()(2) == "2"
    assert (format_step(1500), format_step(20)) == ("1.5k", "20")


def test_hidden_axes_have_no_ticks():
    axes = Figure().subplots()
    hide_axes(axes)
    assert not len(axes.get_xticks())
    assert not any(spine.get_visible() for spine in axes.spines.values())
