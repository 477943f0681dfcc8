"""Clouds of points: where they are drawn, and how many lie outside."""

import numpy as np
from matplotlib.figure import Figure

from aegan.figures.clouds import SIDE, choose_window, draw_clouds, project_points


def points(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def drawn(made, real):
    axes = Figure().add_subplot()
    draw_clouds(axes, made, real)
    return axes, [np.asarray(found.get_offsets()) for found in axes.collections]


def test_the_plane_is_the_first_two_coordinates():
    np.testing.assert_array_equal(project_points(points(5, 3)), points(5, 3)[:, :2])
    np.testing.assert_array_equal(project_points(np.array([[2.0], [3.0]])), [[2, 0], [3, 0]])


def test_the_window_is_a_square_around_the_real_points():
    corner, side = choose_window(np.array([[0.0, 1.0], [4.0, 3.0]]))
    np.testing.assert_allclose(corner, [2 - 3, 2 - 3])
    assert side == 6
    corner, side = choose_window(np.full((3, 1), 7.0))
    np.testing.assert_allclose(corner, [6, -1])
    assert side == 2


def test_every_panel_shows_the_real_points_beneath_its_own():
    real = np.array([[0.0, 0.0], [4.0, 4.0]])
    axes, found = drawn(np.array([[[2.0, 2.0]], [[0.0, 4.0]]]), real)
    by_hand = [[[1, 1], [5, 5]], [[3, 3]], [[1, 1], [5, 5]], [[1, 5]]]  # seen from the window's corner (-1, -1)
    for place, (offsets, expected) in enumerate(zip(found, by_hand, strict=True)):
        np.testing.assert_allclose(offsets, np.array(expected) / 6 * SIDE + [place // 2, 0])
    assert not axes.texts


def test_what_lies_outside_is_counted():
    real = np.array([[0.0, 0.0], [1.0, 1.0]])
    made = np.array([[[0.5, 0.5], [9.0, 0.5], [np.nan, 0.5], [-np.inf, np.inf]]])
    axes, found = drawn(made, real)
    assert len(found[1]) == 1
    assert [text.get_text() for text in axes.texts] == ["75% outside"]
