"""Images and clouds in strips: every pixel is kept."""

import dataclasses

import numpy as np
import pytest

from aegan.figures.images import make_mosaic
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
