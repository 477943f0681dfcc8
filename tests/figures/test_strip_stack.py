"""Strips below one another."""

import numpy as np

from aegan.figures.images import make_strip
from aegan.figures.panels import Message
from aegan.figures.strip_stack import count_columns, draw_strips


def test_maps_beside_pictures_leave_these_their_size():
    grey, maps = (make_strip("a", np.zeros((1, 16, 5, 5, C), np.uint8), np.empty(0)) for C in (1, 4))
    assert count_columns([grey, maps]) == {False: 16.0, True: maps.span}
    assert count_columns([]) == {False: 8.0, True: 8.0}


def test_without_strips_the_message_is_written():
    message = draw_strips({"digits": []}, "no method left samples")
    assert isinstance(message, Message)
    assert message.reason == "no method left samples"


def test_strips_are_below_one_another_and_do_not_overlap():
    strips = [make_strip(name, np.zeros((2, 3, 5, 5, C), np.uint8), np.empty(0)) for name, C in (("a", 1), ("b", 2))]
    figure = draw_strips({"digits": strips}, "")
    first, second = (axes.get_position() for axes in figure.axes)
    assert first.y0 > second.y1
    assert second.y0 > 0
