import numpy as np

from aegan.report.pair_chart import BEYOND, BOTTOM, TOP, draw_pairs

INF, NAN = np.inf, np.nan


def test_values_lie_where_their_size_puts_them():
    chart = draw_pairs(np.array([0.0, 1.0]), np.array([2.0, 0.5]))
    height = BOTTOM - TOP
    assert chart.lines == [(BOTTOM, TOP), (BOTTOM - height / 2, BOTTOM - height / 4)]
    assert chart.ends == [(TOP, "2"), (BOTTOM, "0")]
    assert chart.missing == 0


def test_infinite_values_lie_beyond_the_axis_and_missing_ones_are_counted():
    chart = draw_pairs(np.array([1.0, 3.0, NAN]), np.array([INF, -INF, 2.0]))
    assert chart.lines == [(BOTTOM, TOP - BEYOND), (TOP, BOTTOM + BEYOND)]
    assert chart.ends == [(TOP, "3"), (BOTTOM, "1"), (TOP - BEYOND, "∞"), (BOTTOM + BEYOND, "−∞")]
    assert chart.missing == 1


def test_equal_values_are_level_and_without_values_there_is_no_axis():
    middle = (TOP + BOTTOM) / 2
    level = draw_pairs(np.array([2.0, 2.0]), np.array([2.0, INF]))
    assert level.lines == [(middle, middle), (middle, TOP - BEYOND)]
    assert level.ends == [(middle, "2"), (TOP - BEYOND, "∞")]
    never = draw_pairs(np.array([INF]), np.array([INF]))  # a tie of two that never arrived
    assert (never.lines, never.ends) == ([(TOP - BEYOND, TOP - BEYOND)], [(TOP - BEYOND, "∞")])
    assert draw_pairs(np.empty(0), np.empty(0)) == ([], [], 0)
