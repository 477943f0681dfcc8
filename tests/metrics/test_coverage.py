import numpy as np
import pytest
from prdc import compute_prdc

from aegan.errors import InputError
from aegan.metrics import neighbours
from aegan.metrics.coverage import compute_overlap
from aegan.metrics.neighbours import compute_reach


@pytest.mark.parametrize(("n", "m", "d", "k"), [(60, 60, 3, 5), (80, 50, 20, 5), (30, 90, 2, 1)])
def test_agrees_with_the_authors_package(n, m, d, k):
    rng = np.random.default_rng(n)
    real, fake = rng.normal(size=(n, d)), 0.8 * rng.normal(size=(m, d)) + 0.3
    assert compute_overlap(real, fake, k)._asdict() == pytest.approx(compute_prdc(real, fake, k))


def test_chunks_do_not_change_the_result(monkeypatch):
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(300, 4)), rng.normal(size=(200, 4)) + 0.5
    whole = compute_overlap(real, fake)
    monkeypatch.setattr(neighbours, "CHUNK_MIB", 0.02)  # thirteen rows of distances at a time
    assert compute_overlap(real, fake) == pytest.approx(whole)


def test_a_reach_that_is_known_is_not_computed_again():
    rng = np.random.default_rng(4)
    real, fake = rng.normal(size=(40, 3)), rng.normal(size=(50, 3))
    assert compute_overlap(real, fake, reach_real=compute_reach(real, 5)) == compute_overlap(real, fake)
    assert compute_overlap(real, fake, reach_real=np.full(40, 100.0)).density == 40 / 5  # every ball holds every fake


def test_by_hand():
    # k = 1: the real balls are (-1, 1), (0, 2) and (1, 9); the fake ones (-3, 4), (0.5, 7.5) and (4, 36).
    real, fake = np.array([[0.0], [1.0], [5.0]]), np.array([[0.5], [4.0], [20.0]])
    overlap = compute_overlap(real, fake, k=1)
    assert overlap.precision == pytest.approx(2 / 3)  # all but 20
    assert overlap.recall == pytest.approx(1)
    assert overlap.density == pytest.approx((2 + 1 + 0) / 3)
    assert overlap.coverage == pytest.approx(1)


def test_identical_sets_overlap_fully():
    features = np.random.default_rng(1).normal(size=(100, 6))
    overlap = compute_overlap(features, features.copy())
    assert overlap[:2] == (1, 1)
    assert overlap.coverage == 1
    assert overlap.density == pytest.approx(1, abs=0.2)  # the k-th neighbour itself lies on the edge


def test_ties_do_not_depend_on_rounding():
    rng = np.random.default_rng(0)
    real, fake = (rng.integers(0, 2, (200, 12)) for _ in range(2))
    exact = lambda a, b: ((a[:, None] - b[None]) ** 2).sum(2)  # noqa: E731 - squared distances, whole numbers
    reach = np.sort(exact(real, real), axis=1)[:, 5]
    within = exact(fake, real) < reach
    found = compute_overlap(real.astype(float), fake.astype(float), 5)
    assert found.precision == pytest.approx(within.any(1).mean())
    assert found.density == pytest.approx(within.sum() / 5 / len(fake))
    assert found.coverage == pytest.approx((exact(real, fake).min(1) < reach).mean())


def test_a_collapsed_sample_is_precise_but_recalls_and_covers_little():
    rng = np.random.default_rng(2)
    real = rng.normal(size=(400, 4))
    collapsed = compute_overlap(real, 0.05 * rng.normal(size=(400, 4)))
    assert collapsed.precision > 0.95
    assert collapsed.recall < 0.05
    assert collapsed.coverage < 0.3


def test_a_sample_beside_the_manifold_has_nothing():
    rng = np.random.default_rng(3)
    assert compute_overlap(rng.normal(size=(50, 3)), rng.normal(size=(50, 3)) + 100) == (0, 0, 0, 0)


def test_too_few_samples_are_refused():
    with pytest.raises(InputError, match="fake: 5 rows of features"):
        compute_overlap(np.zeros((10, 2)), np.zeros((5, 2)))


def test_real_data_in_one_place_have_no_neighbourhoods():
    place, line = np.zeros((20, 1)), np.arange(20.0)[:, None]
    assert np.isnan(compute_overlap(place, place)).all()
    assert np.isnan(compute_overlap(place, line)).all()
    # A collapsed sample is measured: the balls of 0, 1 and 2 reach over 0 (k = 5), and its own are empty.
    assert compute_overlap(line, place) == (1, 0, pytest.approx(3 / 5), pytest.approx(3 / 20))
