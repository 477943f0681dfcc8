"""Panels of curves: lines are medians, gaps stay gaps."""

import numpy as np
import pytest

from aegan.figures.curve_panels import (
    Block,
    Panel,
    describe_flatness,
    draw_panels,
    draw_visible_panels,
    make_panel_mark_legend,
)
from aegan.figures.panels import Message

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


@pytest.mark.parametrize(
    ("values", "scale", "reason"),
    [
        ([[0.0, 0.0]], "linear", "every value is 0"),
        ([[3.0, 3.0], [3.0, 3.0]], "log", "every value is 3"),
        ([[0.3, 0.1 + 0.2]], "fraction", "every value is 0.3"),
        ([[0.0, 0.05]], "fraction", ""),  # dead units of one method may be the finding
        ([[0.0, 0.05]], "linear", ""),
        ([[0.0, 0.0]], "log", ""),  # marked as zero
        ([[1.0, NAN]], "linear", ""),  # marked as lost
    ],
)
def test_panels_in_which_nothing_can_be_seen_are_left_out_with_their_values(make_frame, values, scale, reason):
    panels = [Panel("p", make_frame(values), scale), Panel("q", make_frame([values[0]]), scale)]
    assert describe_flatness(panels) == reason
    drawn = draw_visible_panels([Block("b", panels)], ["a"], 3, "nothing was recorded")
    assert (drawn.reason if isinstance(drawn, Message) else "") == reason


def test_a_flat_panel_beside_one_that_is_not_is_left_out_and_named(make_frame, words, titles):
    flat, zeros = Panel("p", make_frame([[0.0, 0.0]]), "fraction"), Panel("r", make_frame([[0.0, 0.0]]), "log")
    seen = Panel("q", make_frame([[0.0, 1.0]]), "fraction")
    figure = draw_visible_panels([Block("b", [flat, seen, zeros]), Block("c", [flat])], ["a"], 3, "")
    assert titles(figure) == ["q", "r"]  # zeros on a log scale are marked, so seen
    noted = " ".join(words(figure).split())
    assert "because nothing can be seen: b: p (every value is 0); c: p (every value is 0)." in noted
    assert "Left out" not in words(draw_visible_panels([Block("b", [seen])], ["a"], 3, ""))


def test_without_panels_the_reason_is_written():
    assert draw_visible_panels([], ["a"], 3, "nothing was recorded").reason == "nothing was recorded"
