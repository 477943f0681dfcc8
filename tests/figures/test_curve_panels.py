"""Panels of curves: lines are medians, gaps stay gaps."""

import numpy as np

from aegan.figures.curve_panels import Block, Panel, draw_panels, make_panel_mark_legend

INF, NAN = np.inf, np.nan


def test_line_is_the_median_and_has_gaps_where_it_is_zero_or_infinite(make_frame):
    values = make_frame([[1.0, 0.0, INF, 4.0], [3.0, 0.0, INF, 4.0]])
    axes = draw_panels([Block("b", [Panel("p", values, "log")])], ["a"], 3).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [2.0, NAN, NAN, 4.0])


def test_panels_of_one_block_and_scale_share_their_limits(make_frame):
    small, large = Panel("s", make_frame([[1.0, 2.0]]), "log"), Panel("l", make_frame([[1e3, 1e4]]), "log")
    together = draw_panels([Block("b", [small, large])], ["a"], 3).axes
    apart = draw_panels([Block("b", [small]), Block("c", [large])], ["a"], 3).axes
    assert together[0].get_ylim() == together[1].get_ylim()
    assert apart[0].get_ylim() != apart[1].get_ylim()


def test_the_legend_explains_the_marks_that_occur(make_frame):
    panels = [Panel("p", make_frame([[1.0, 0.0], [INF, 1.0]]), "log"), Panel("q", make_frame([[0.0, 1.0]]), "linear")]
    assert [line.get_label() for line in make_panel_mark_legend(panels)] == ["zero in a seed", "infinite"]
    assert make_panel_mark_legend(panels[1:]) == []
