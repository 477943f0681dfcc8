import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from aegan.metrics import neighbours
from aegan.metrics.neighbours import compute_distance_blocks, compute_reach


@pytest.mark.parametrize("far", [0.0, 1e4])
@pytest.mark.parametrize("chunk", [64, 0.01])
def test_distances_are_those_of_scikit_learn_also_in_blocks_and_far_from_the_origin(far, chunk, monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK_MIB", chunk)
    rng = np.random.default_rng(0)
    rows, others = rng.normal(size=(100, 12)) + far, rng.normal(size=(40, 12)).astype(np.float32) + np.float32(far)
    blocks = list(compute_distance_blocks(rows, others))
    assert len(blocks) == (1 if chunk == 64 else 4)  # 32 rows of 40 distances fit in 0.01 MiB
    differences = np.linalg.norm(rows[:, None] - others.astype(float), axis=2)  # no product of large numbers
    np.testing.assert_allclose(np.concatenate(blocks), differences, rtol=1e-9)


def test_copies_are_at_distance_zero():
    features = np.random.default_rng(1).normal(size=(60, 300)) + 50
    (distances,) = compute_distance_blocks(features, np.vstack([features, features[:10]]))
    assert (np.diag(distances) == 0).all()
    assert (distances == 0).sum() == 60 + 10


@pytest.mark.parametrize(("d", "k"), [(2, 1), (40, 5)])
def test_reach_is_the_distance_of_the_kth_neighbour(d, k):
    features = np.random.default_rng(2).normal(size=(90, d))
    features[1] = features[0]
    expected, _ = NearestNeighbors(n_neighbors=k).fit(features).kneighbors()
    np.testing.assert_allclose(compute_reach(features, k), expected[:, -1], atol=1e-12)
    assert (compute_reach(features, 1)[:2] == 0).all()


def test_one_far_row_leaves_the_distances_of_the_others_as_they_are():
    rng = np.random.default_rng(2)
    rows, others = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    others[0] = 1e10
    (distances,) = compute_distance_blocks(rows, others)
    expected = np.linalg.norm(rows[:, None] - others[None, 1:], axis=2)
    np.testing.assert_allclose(distances[:, 1:], expected, rtol=1e-6)
