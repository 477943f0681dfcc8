"""Interpolations have a row per pair of codes."""

import dataclasses

import numpy as np

from aegan.figures.images import make_mosaic
from aegan.figures.study.interpolations import SPEC


def shown(study, **samples):
    """Replace the qualitative samples of a study."""
    named = {(study.datasets[0], method): own for method, own in samples.items()}
    return dataclasses.replace(study, qualitative_samples=named)


def read_images(figure):
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


def test_a_row_goes_from_one_code_to_another(small, texts, samples_of_images):
    figure = SPEC.draw_study(shown(small, gan=samples_of_images))
    np.testing.assert_array_equal(read_images(figure)[0], make_mosaic(samples_of_images.paths))
    assert texts(figure) == ["gan", "digits"]
