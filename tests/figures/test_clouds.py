import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from aegan.figures.clouds import SIDE, clouds, plane, window
from aegan.figures.images import latent_scatter
from aegan.figures.quality import quality_with_floor
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png, to_svg


def points(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def drawn(made, real):
    axes = Figure().add_subplot()
    clouds(axes, made, real)
    return axes, [np.asarray(found.get_offsets()) for found in axes.collections]


def test_the_plane_is_the_first_two_coordinates():
    np.testing.assert_array_equal(plane(points(5, 3)), points(5, 3)[:, :2])
    np.testing.assert_array_equal(plane(np.array([[2.0], [3.0]])), [[2, 0], [3, 0]])


def test_the_window_is_a_square_around_the_real_points():
    corner, side = window(np.array([[0.0, 1.0], [4.0, 3.0]]))
    np.testing.assert_allclose(corner, [2 - 3, 2 - 3])
    assert side == 6
    corner, side = window(np.full((3, 1), 7.0))
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


@pytest.mark.parametrize("D", [1, 2, 3])
def test_a_study_of_points_beside_one_of_pictures_can_be_drawn(build, D):
    study = build(methods=("gan", "latent"), datasets=("digits", "ring"), seeds=[0, 1], steps=1, slim=True)
    own = {("ring", method): points(2, 30, D) for method in study.methods}
    mixed = dataclasses.replace(
        study,
        samples={**study.samples, **own},
        originals={**study.originals, "ring": points(40, D)},
        reconstructions={**study.reconstructions, ("ring", "dense"): points(40, D), ("ring", "conv"): points(40, D)},
    )
    for name in ("samples", "reconstructions"):
        figure = FIGURES[name].draw(mixed)
        assert [bool(axes.images) for axes in figure.axes] == [True, True, False, False]
        assert to_svg(figure) == to_svg(FIGURES[name].draw(mixed))
        assert to_png(figure).startswith(b"\x89PNG")


def test_a_thousand_classes_of_codes_are_not_named():
    codes = pd.DataFrame({"dataset": "stacked", "autoencoder": "dense", "seed": 0, "x": range(1000), "y": 0.0})
    few, many = (latent_scatter(codes.assign(label=codes["x"] % count)) for count in (30, 1000))
    assert (len(few.axes[0].texts), len(many.axes[0].texts)) == (30, 0)
    assert sum(len(found.get_offsets()) for found in many.axes[0].collections) == 1000


def test_a_floor_of_zero_does_not_stretch_a_log_axis(small):
    rows = small.quality.query("metric == 'fd'")
    for floor, drawn in ((0.0, False), (1e-5, True)):
        wide = rows.assign(value=np.geomspace(1e-5, 1e-2, len(rows)), floor=floor)
        panel = quality_with_floor(wide, small.methods).subfigs[0].axes[0]
        assert panel.get_xlim()[0] > 1e-7
        assert any(line.get_xdata()[0] == floor for line in panel.lines) == drawn


def test_codes_of_several_data_sets_fill_their_rows():
    codes = pd.DataFrame(
        {"dataset": ["a", "b", "c"], "autoencoder": "dense", "seed": 0, "x": 0.0, "y": 0.0, "label": 0}
    )
    assert len(latent_scatter(codes).axes) == 4
