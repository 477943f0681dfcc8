"""Reconstructions stand below their originals."""

import numpy as np

from aegan.figures.images import make_mosaic
from aegan.figures.study.reconstructions import SPEC


def test_originals_stand_above_their_reconstructions(small):
    axes = SPEC.draw_study(small).axes
    assert [own.get_ylabel() for own in axes] == ["dense", "conv"]
    pair = np.stack([small.originals["digits"][:16], small.reconstructions["digits", "conv"][:16]])
    np.testing.assert_array_equal(axes[1].images[0].get_array(), make_mosaic(pair))


def test_the_alternative_text_quotes_the_errors_and_nothing_of_codes(study):
    said = SPEC.describe_study(study)
    error = study.autoencoder_quality.query("autoencoder == 'dense' and metric == 'mse'")["value"].median()
    assert f"dense on digits MSE {error:.3g}" in said
    assert "active units" not in said
