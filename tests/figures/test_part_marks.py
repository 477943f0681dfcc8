import pandas as pd
import pytest
from matplotlib.figure import Figure

from aegan.figures.part_marks import LANES, LOOKS, draw_part, make_legend
from aegan.figures.style import PAPER


def draw(part, effect, bearing, low=None, high=None):
    axes = Figure().add_subplot()
    axes.set_xlim(-2, 2)
    ends = (effect - 0.1 if low is None else low, effect + 0.1 if high is None else high)
    draw_part(
        axes, pd.Series({"part": part, "effect": effect, "low": ends[0], "high": ends[1], "bearing": bearing}), 0.5
    )
    interval, mark = axes.lines
    return interval.get_xdata().tolist(), mark.get_markerfacecolor(), [text.get_text() for text in axes.texts]


def test_what_bears_on_a_difference_is_filled_and_has_its_number():
    assert draw("slope", -0.5, "carries") == (pytest.approx([-0.6, -0.4]), LOOKS["slope"].colour, ["−0.50"])
    assert draw("field", 0.5, "opposes")[1:] == (LOOKS["field"].colour, ["+0.50"])


def test_what_is_open_is_hollow_and_without_a_number():
    assert draw("gain", 0.5, "open")[1:] == (PAPER, [])


def test_speed_and_anchor_always_have_their_number_as_a_multiple_and_a_share():
    assert draw("speed", 1.0, "open")[2] == ["×10"]
    assert draw("anchor", 0.03, "open")[2] == ["3%"]


def test_intervals_end_at_the_axes():
    assert draw("slope", 1.0, "open", float("-inf"), float("inf"))[0] == [-2, 2]


def test_the_legend_names_every_lane_and_the_hollow_mark():
    assert [line.get_label() for line in make_legend()] == [
        *(LOOKS[name].words for name in LANES),
        "hollow: small or not shown",
    ]
