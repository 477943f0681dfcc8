"""The worst reconstructions are drawn between their originals and their errors."""

import dataclasses

import numpy as np
import pytest

from aegan.figures.images import make_mosaic
from aegan.figures.qualitative import colour_errors
from aegan.figures.study.worst_reconstructions import SPEC


def read_images(figure):
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


@pytest.mark.parametrize("C", [1, 3])
def test_the_worst_reconstructions_have_their_original_above_and_their_error_below(small, C, texts, make_greys):
    pair = np.repeat(np.stack([make_greys(0, 255, 51), make_greys(0, 0, 0)]), C, axis=-1)
    figure = SPEC.draw_study(dataclasses.replace(small, worst_reconstructions={("digits", "dense"): pair}))
    rows = np.stack([*(np.repeat(row, 3 // C, axis=-1) for row in pair), colour_errors(pair)])
    np.testing.assert_array_equal(read_images(figure)[0], make_mosaic(rows))
    assert texts(figure) == ["dense", "0", "1", "0.04", "original", "decoded", "error", "digits"]
