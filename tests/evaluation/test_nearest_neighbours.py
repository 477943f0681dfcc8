"""Nearest neighbours of images."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from aegan.evaluation.nearest_neighbours import find_nearest


@pytest.mark.parametrize("block", [7, 4096])
def test_neighbours_are_those_of_a_library_whatever_the_block(tiny, monkeypatch, block):
    monkeypatch.setattr("aegan.evaluation.nearest_neighbours.BLOCK", block)
    train, asked = tiny.images(60), tiny.images(9, seed=5)
    flat, own = (pictures.reshape(len(pictures), -1) / 255 for pictures in (train, asked))
    distances, rows = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(flat).kneighbors(own)
    found, measured = find_nearest(asked, train, 4)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_allclose(measured, distances / 8, atol=1e-6)  # over 64 pixels


def test_a_copy_is_found_and_of_few_pictures_all():
    pictures = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2, 1) * 20
    found, distances = find_nearest(pictures[[2]], pictures, 5)
    assert found.tolist() == [[2, 1, 0]]
    assert distances[0, 0] == pytest.approx(0, abs=1e-6)
