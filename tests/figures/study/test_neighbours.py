"""Neighbours stand below their sample, with the distance of the nearest."""

import dataclasses

import numpy as np

from aegan.figures.images import make_mosaic
from aegan.figures.study.neighbours import SPEC, compute_nearest_distances


def shown(study, **samples):
    """Replace the qualitative samples of a study."""
    named = {(study.datasets[0], method): own for method, own in samples.items()}
    return dataclasses.replace(study, qualitative_samples=named)


def read_images(figure):
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


def test_neighbours_stand_below_their_sample_with_the_distance_of_the_nearest(small, texts, samples_of_images):
    np.testing.assert_allclose(
        compute_nearest_distances(samples_of_images.neighbours), [0.2, 0]
    )  # 51 of 255 grey levels, and a copy
    figure = SPEC.draw_study(shown(small, gan=samples_of_images))
    np.testing.assert_array_equal(read_images(figure)[0], make_mosaic(samples_of_images.neighbours))
    found = texts(figure)
    assert found[:4] == ["gan", "0.200", "0.000", "test 0.125"]
    assert found[4:] == ["sample", "nearest", "2nd", "digits"]
