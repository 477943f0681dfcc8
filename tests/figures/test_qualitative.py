"""What single members show: nothing is left out of the figures, and what they say is true of the pictures."""

import dataclasses
import re

import numpy as np
import pytest

from aegan.analysis.study_schema import Exhibit
from aegan.figures.exhibits import HEAT, distances, film_strips, heat, nearest_neighbours, squared_errors
from aegan.figures.facts import facts
from aegan.figures.images import mosaic
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg


def grey(*values):
    """One picture of 2 × 2 equal pixels per value."""
    return np.broadcast_to(np.uint8(values)[:, None, None, None], (len(values), 2, 2, 1))


#: two samples, what is nearest to them, and what comes next
EXHIBIT = Exhibit(
    rounds=np.array([0, 40, 2000]),
    film=np.stack([grey(1, 2), grey(3, 4), grey(5, 6)]),
    paths=np.stack([grey(1, 2, 3)]),
    neighbours=np.stack([grey(0, 100), grey(51, 100), grey(255, 0)]),
    usual=np.array([0.125], np.float32),
)


def shown(study, **exhibits):
    named = {(study.datasets[0], method): exhibit for method, exhibit in exhibits.items()}
    return dataclasses.replace(study, exhibits=named)


def words(figure):
    return re.findall(r"<text[^>]*>([^<]*)</text>", to_svg(figure))


def at(*rounds):
    return [f"round {rounds}" for rounds in rounds]


def drawn(figure):
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.images]


def test_a_film_has_a_row_per_time_with_its_round(small):
    figure = film_strips(shown(small, gan=EXHIBIT, latent=EXHIBIT._replace(rounds=np.array([0, 7, 9]))))
    pixels = drawn(figure)
    np.testing.assert_array_equal(pixels[0], mosaic(EXHIBIT.film))
    assert len(pixels) == 2
    assert words(figure) == ["gan", *at(0, 40, "2k"), "latent", *at(0, 7, 9), "digits"]


def test_neighbours_stand_below_their_sample_with_the_distance_of_the_nearest(small):
    np.testing.assert_allclose(distances(EXHIBIT), [0.2, 0])  # 51 of 255 grey levels, and a copy
    figure = nearest_neighbours(shown(small, gan=EXHIBIT))
    np.testing.assert_array_equal(drawn(figure)[0], mosaic(EXHIBIT.neighbours))
    found = words(figure)
    assert found[:4] == ["gan", "0.200", "0.000", "test 0.125"]
    assert found[4:] == ["sample", "nearest", "2nd", "digits"]


def test_methods_come_in_the_order_of_the_study(small):
    other = shown(small, latent=EXHIBIT, gan=EXHIBIT)
    for name in ("film", "interpolations", "neighbours"):
        labels = [word for word in words(FIGURES[name].draw(other)) if word in small.methods]
        assert labels == list(small.methods)


def test_errors_are_those_of_the_pictures_shown():
    pair = np.stack([grey(0, 255, 51), grey(0, 0, 0)])
    np.testing.assert_allclose(squared_errors(pair), [0, 1, 0.04])
    lightness = [np.uint8(np.array(HEAT(share)[:3]) * 255) for share in (0.0, 1.0, 0.2)]
    np.testing.assert_allclose(heat(pair)[:, 0, 0], lightness, atol=1)


@pytest.mark.parametrize("C", [1, 3])
def test_the_worst_reconstructions_have_their_original_above_and_their_error_below(small, C):
    pair = np.repeat(np.stack([grey(0, 255, 51), grey(0, 0, 0)]), C, axis=-1)
    figure = FIGURES["worst_reconstructions"].draw(dataclasses.replace(small, worst={("digits", "dense"): pair}))
    rows = np.stack([*(np.repeat(row, 3 // C, axis=-1) for row in pair), heat(pair)])
    np.testing.assert_array_equal(drawn(figure)[0], mosaic(rows))
    assert words(figure) == ["dense", "0", "1", "0.04", "original", "decoded", "error", "digits"]


def test_points_have_clouds_and_no_neighbours(small):
    rng = np.random.default_rng(0)
    film, paths = (rng.normal(size=(rows, 20, 2)).astype(np.float32) for rows in (7, 3))
    exhibit = Exhibit(rounds=np.arange(7) * 10, film=film, paths=paths)
    own = dataclasses.replace(shown(small, gan=exhibit), originals={"digits": rng.normal(size=(30, 2))}, worst={})
    assert "Nothing to show" in " ".join(words(FIGURES["neighbours"].draw(own)))
    assert "Nothing to show" in " ".join(words(FIGURES["worst_reconstructions"].draw(own)))
    assert len(FIGURES["interpolations"].draw(own).axes[0].collections) == 2 * 3
    # there is room for five panels: the last five times
    figure = FIGURES["film"].draw(own)
    assert [word for word in words(figure) if "round" in word] == at(20, 30, 40, 50, 60)
    alt = {name: FIGURES[name].alt.format_map(facts(own)) for name in ("film", "neighbours", "worst_reconstructions")}
    assert alt["film"].endswith("gan on digits after 0, 10, 20, 30, 40, 50 and 60 rounds.")
    assert alt["neighbours"].endswith("none recorded.")


def test_alternative_texts_tell_distances_and_errors(small):
    pair = np.stack([grey(255, 51), grey(0, 0)])
    numbers = facts(dataclasses.replace(shown(small, gan=EXHIBIT), worst={("digits", "dense"): pair}))
    said = {name: FIGURES[name].alt.format_map(numbers) for name in FIGURES}
    assert "gan on digits after 0, 40 and 2k rounds" in said["film"]
    assert "gan on digits 1 way of 3 places" in said["interpolations"]
    assert "gan on digits 0.1, test pictures 0.125" in said["neighbours"]
    assert "dense on digits 0.04 to 1" in said["worst_reconstructions"]
