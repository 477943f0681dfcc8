"""Samples: the first ones of the first two seeds."""

import numpy as np

from aegan.figures.images import make_mosaic
from aegan.figures.study.samples import SPEC


def test_a_row_per_seed_of_the_first_two(study):
    axes = SPEC.draw_study(study).axes
    assert [own.get_ylabel() for own in axes] == list(study.methods)
    expected = make_mosaic(study.samples["digits", "latent"][:2, :16])
    np.testing.assert_array_equal(axes[3].images[0].get_array(), expected)


def test_the_alternative_text_names_the_methods(small):
    assert SPEC.describe_study(small) == "Generated samples of gan on digits; latent on digits."
