"""A film has a row per time."""

import dataclasses

import numpy as np

from aegan.figures.images import make_mosaic
from aegan.figures.study.film import SPEC


def shown(study, **samples):
    """Replace the qualitative samples of a study."""
    named = {(study.datasets[0], method): own for method, own in samples.items()}
    return dataclasses.replace(study, qualitative_samples=named)


def at(*rounds):
    return [f"round {rounds}" for rounds in rounds]


def read_images(figure):
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


def test_a_film_has_a_row_per_time_with_its_round(small, texts, samples_of_images):
    figure = SPEC.draw_study(
        shown(small, gan=samples_of_images, latent=samples_of_images._replace(rounds=np.array([0, 7, 9])))
    )
    pixels = read_images(figure)
    np.testing.assert_array_equal(pixels[0], make_mosaic(samples_of_images.film))
    assert len(pixels) == 2
    assert texts(figure) == ["gan", *at(0, 40, "2k"), "latent", *at(0, 7, 9), "digits"]
