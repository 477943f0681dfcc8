"""Images and clouds in strips: every pixel is kept."""

import dataclasses

import numpy as np
import pytest

from aegan.figures.images import make_mosaic, make_strip
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png, to_svg


@pytest.mark.parametrize("C", [1, 3])
def test_mosaic_keeps_every_pixel(C):
    pictures = np.arange(2 * 3 * 4 * 4 * C, dtype=np.uint8).reshape(2, 3, 4, 4, C)
    tiled = make_mosaic(pictures)
    assert tiled.shape == (9, 14, 4)
    np.testing.assert_array_equal(tiled[5:9, 10:14, :3], np.broadcast_to(pictures[1, 2], (4, 4, 3)))
    assert (tiled[4, :, 3] == 0).all()


def points(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


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
        figure = FIGURES[name].draw_study(mixed)
        assert [bool(axes.images) for axes in figure.axes] == [True, True, False, False]
        assert to_svg(figure) == to_svg(FIGURES[name].draw_study(mixed))
        assert to_png(figure).startswith(b"\x89PNG")


def test_maps_of_a_picture_stand_together_and_keep_every_pixel():
    maps = np.arange(1, 1 + 2 * 6 * 4 * 4, dtype=np.uint8).reshape(2, 6, 4, 4, 1)  # two pictures of three maps
    tiled = make_mosaic(maps, 3)
    # maps are 4 pixels wide with a gap of 1; a third of a map, 2 pixels, follows the maps of a picture
    assert tiled.shape == (9, 6 * 5 - 1 + 2, 4)
    np.testing.assert_array_equal(tiled[:4, 17:21, 0], maps[0, 3, ..., 0])
    np.testing.assert_array_equal(tiled[5:, 27:, 0], maps[1, 5, ..., 0])
    assert (tiled[:, 14:17, 3] == 0).all()


@pytest.mark.parametrize(("channels", "pictures"), [(1, 16), (2, 14), (3, 16), (4, 7), (13, 2), (100, 2)])
def test_pictures_of_maps_are_as_many_as_there_is_room_for_and_evenly_spaced(channels, pictures):
    made = np.zeros((2, 16, 5, 5, channels), np.uint8)
    feet = [*map(str, range(16)), "beside"]
    strip = make_strip("gan", made, made[0], feet=feet)
    assert strip.count_pictures() == pictures
    assert (strip.feet[0], strip.feet[-2], strip.feet[-1], len(strip.feet)) == ("0", "15", "beside", pictures + 1)
    assert strip.span <= 33 + 1e-9
