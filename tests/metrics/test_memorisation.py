import numpy as np
import pytest

from aegan.errors import InputError
from aegan.metrics import blocks
from aegan.metrics.memorisation import SplitFeatures, memorisation_ratio


def drawn(seed, n, d=6):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


TRAIN, TEST = drawn(0, 4000), drawn(1, 800)


@pytest.mark.parametrize("count", [300, 1500])
def test_new_samples_of_the_same_distribution_are_as_near_to_either_split_whatever_the_counts(count):
    assert memorisation_ratio(SplitFeatures(TRAIN, TEST), drawn(2, count)) == pytest.approx(1, abs=0.1)
    assert memorisation_ratio(SplitFeatures(TRAIN[:800], TEST), drawn(2, count)) == pytest.approx(1, abs=0.1)


def test_copies_of_any_train_data_are_found():
    copies = TRAIN[np.random.default_rng(3).choice(len(TRAIN), 500, replace=False)]
    assert memorisation_ratio(SplitFeatures(TRAIN, TEST), copies) < 0.01
    assert memorisation_ratio(SplitFeatures(TRAIN, TEST), copies + 0.1 * drawn(4, 500)) < 0.6
    assert memorisation_ratio(SplitFeatures(TRAIN, TEST), TEST[:500] + 0.01 * drawn(4, 500)) > 5


def test_far_off_samples_are_not_copies():
    assert memorisation_ratio(SplitFeatures(TRAIN, TEST), drawn(2, 300) + 20) == pytest.approx(1, abs=0.3)


def test_by_hand():
    train, test, fake = (np.array(points, float)[:, None] for points in ([0, 10], [4, 20], [1, 8]))
    # medians: fake to train (1, 2), to test (3, 4); test to train (4, 10), train to test (4, 6)
    assert memorisation_ratio(SplitFeatures(train, test), fake) == pytest.approx((1.5 / 3.5) / (7 / 5))


def test_data_in_one_place_have_no_ratio():
    place = np.zeros((20, 1))
    assert np.isnan(memorisation_ratio(SplitFeatures(place, place), place))


def test_features_of_another_space_are_refused():
    with pytest.raises(InputError, match="2 features against 6"):
        memorisation_ratio(SplitFeatures(TRAIN, TEST), np.zeros((5, 2)))


def correlated(seed, n, d=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


@pytest.mark.parametrize("block", [64, 1000])
def test_neighbours_are_found_in_whatever_block_they_are(monkeypatch, block):
    train, test, fake = (correlated(seed, n).astype(np.float32) for seed, n in ((0, 900), (1, 300), (2, 200)))
    copied = np.concatenate([fake[:100], train[::9]])
    whole = [memorisation_ratio(SplitFeatures(train, test), of) for of in (fake, copied)]
    monkeypatch.setattr(blocks, "BLOCK", block)
    assert [memorisation_ratio(SplitFeatures(train, test), of) for of in (fake, copied)] == pytest.approx(
        whole, rel=1e-6
    )
