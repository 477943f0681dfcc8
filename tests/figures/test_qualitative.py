"""Qualitative samples: nothing is left out of the figures, and what the texts say is true of the images."""

import dataclasses

import numpy as np

from aegan.analysis.study_schema import QualitativeSamples
from aegan.figures.qualitative import ERROR_COLOURS, colour_errors, compute_squared_errors
from aegan.figures.registry import FIGURES


def shown(study, **samples):
    """Replace the qualitative samples of a study."""
    named = {(study.datasets[0], method): own for method, own in samples.items()}
    return dataclasses.replace(study, qualitative_samples=named)


def at(*rounds):
    return [f"round {rounds}" for rounds in rounds]


def test_methods_come_in_the_order_of_the_study(small, texts, samples_of_images):
    other = shown(small, latent=samples_of_images, gan=samples_of_images)
    for name in ("film", "interpolations", "neighbours"):
        labels = [word for word in texts(FIGURES[name].draw_study(other)) if word in small.methods]
        assert labels == list(small.methods)


def test_errors_are_those_of_the_pictures_shown(make_greys):
    pair = np.stack([make_greys(0, 255, 51), make_greys(0, 0, 0)])
    np.testing.assert_allclose(compute_squared_errors(pair), [0, 1, 0.04])
    lightness = [np.uint8(np.array(ERROR_COLOURS(share)[:3]) * 255) for share in (0.0, 1.0, 0.2)]
    np.testing.assert_allclose(colour_errors(pair)[:, 0, 0], lightness, atol=1)


def test_points_have_clouds_and_no_neighbours(small, texts):
    rng = np.random.default_rng(0)
    film, paths = (rng.normal(size=(rows, 20, 2)).astype(np.float32) for rows in (7, 3))
    exhibit = QualitativeSamples(rounds=np.arange(7) * 10, film=film, paths=paths)
    own = dataclasses.replace(
        shown(small, gan=exhibit), originals={"digits": rng.normal(size=(30, 2))}, worst_reconstructions={}
    )
    assert "Nothing to show" in " ".join(texts(FIGURES["neighbours"].draw_study(own)))
    assert "Nothing to show" in " ".join(texts(FIGURES["worst_reconstructions"].draw_study(own)))
    assert len(FIGURES["interpolations"].draw_study(own).axes[0].collections) == 2 * 3
    # there is room for five panels: the last five times
    figure = FIGURES["film"].draw_study(own)
    assert [word for word in texts(figure) if "round" in word] == at(20, 30, 40, 50, 60)
    alt = {name: FIGURES[name].describe_study(own) for name in ("film", "neighbours", "worst_reconstructions")}
    assert alt["film"].endswith("gan on digits after 0, 10, 20, 30, 40, 50 and 60 rounds.")
    assert alt["neighbours"].endswith("none recorded.")


def test_alternative_texts_tell_distances_and_errors(small, make_greys, samples_of_images):
    pair = np.stack([make_greys(255, 51), make_greys(0, 0)])
    own = dataclasses.replace(shown(small, gan=samples_of_images), worst_reconstructions={("digits", "dense"): pair})
    said = {name: FIGURES[name].describe_study(own) for name in FIGURES}
    assert "gan on digits after 0, 40 and 2k rounds" in said["film"]
    assert "gan on digits 1 path of 3 places" in said["interpolations"]
    assert "gan on digits 0.1, test images 0.125" in said["neighbours"]
    assert "dense on digits 0.04 to 1" in said["worst_reconstructions"]
