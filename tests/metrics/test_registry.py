import numpy as np
import pytest

from aegan.metrics.features import features_of
from aegan.metrics.memorisation import Splits
from aegan.metrics.registry import (
    BETTER,
    CLASSES,
    CODES,
    DISTRIBUTION,
    RATE,
    RECONSTRUCTION,
    SEPARATION,
    SPREAD,
    WHOLE,
    code_statistics,
    memory,
    quality,
    separation,
)

LABELS = np.arange(300) % 3


def sample(seed, n=300, d=6):
    return np.random.default_rng(seed).normal(size=(n, d))


def compared(real, fake, seed=0, entries=DISTRIBUTION):
    return quality(features_of(real), features_of(fake), np.random.default_rng(seed), entries)


def test_every_metric_has_a_direction_and_every_direction_a_metric():
    values = compared(sample(0), sample(1))
    assert set(values) == {"fd", "fd_infinity", "kid", "precision", "recall", "density", "coverage"}
    of_codes = code_statistics(sample(0)) | separation(sample(0), LABELS, sample(1), LABELS)
    assert set(of_codes) == set(CODES) | set(SEPARATION)
    of_classes = compared(LABELS[:, None], LABELS[:, None], entries=CLASSES)
    values |= of_classes | memory(Splits(sample(2), sample(0)), sample(1))
    assert set(BETTER) == set(values) | set(RECONSTRUCTION) | set(of_codes) | {RATE, SPREAD, "accuracy"}
    for entry in DISTRIBUTION.values():
        pair = features_of(sample(0)), features_of(sample(1))
        assert set(entry.measure(*pair, np.random.default_rng(0))) == set(entry.better)
    assert {"fd", "class_kl", "class_coverage"} == WHOLE
    assert all(type(value) is float for value in (values | of_codes).values())


def test_a_single_class_has_nothing_to_tell_apart():
    assert separation(sample(0), np.zeros(300), sample(1), LABELS) == {}


def test_a_perfect_sample_is_perfect():
    values = compared(sample(0), sample(0))
    assert values["fd"] == pytest.approx(0, abs=1e-9)
    assert values["kid"] < 0  # unbiased, so below zero for the very same samples
    assert values["precision"] == values["recall"] == values["coverage"] == 1


@pytest.mark.parametrize("name", ["fd", "kid", "precision", "density", "coverage"])
def test_metrics_get_worse_as_the_fake_moves_away(name):
    real, fake = sample(0), sample(1)
    ladder = [compared(real, fake + shift)[name] for shift in (0, 0.5, 1, 2)]
    assert ladder == sorted(ladder, reverse=BETTER[name] == "higher")
    assert ladder[0] != ladder[-1]


#: how a metric of collapsed samples, all near one mode, and of noise far off compares with that of new real samples
KNOWN = {
    "fd": ("worse", "worse"),
    "fd_infinity": ("worse", "worse"),
    "kid": ("worse", "worse"),
    "precision": ("better", "worse"),
    "recall": ("worse", "worse"),
    "density": ("better", "worse"),
    "coverage": ("worse", "worse"),
}


def worse(value, than, name):
    return value > than if BETTER[name] == "lower" else value < than


def test_known_answers_cover_every_metric_of_features():
    assert set(KNOWN) == {name for entry in DISTRIBUTION.values() for name in entry.better}


@pytest.fixture(scope="module")
def measured():
    """Measure new real samples, collapsed ones and far ones."""
    fresh = [compared(sample(0), sample(seed), seed) for seed in range(1, 6)]
    return fresh, compared(sample(0), 0.05 * sample(1)), compared(sample(0), sample(1) + 9)


@pytest.mark.parametrize(("name", "answers"), KNOWN.items())
def test_known_answers_of_collapsed_and_of_far_samples(measured, name, answers):
    fresh, *wrong = measured
    values = [of[name] for of in fresh]
    for fake, answer in zip(wrong, answers, strict=True):
        beyond = [worse(fake[name], than, name) for than in (min(values), max(values))]
        assert beyond == [answer == "worse"] * 2


@pytest.mark.parametrize("name", KNOWN)
def test_new_real_samples_are_as_good_as_others(measured, name):
    fresh, _, far = measured
    values = np.array([of[name] for of in fresh])
    assert np.ptp(values) < 0.3 * abs(far[name] - np.median(values))


def test_equal_generators_give_equal_values():
    first, second = (compared(sample(0), sample(1), 5) for _ in range(2))
    assert first == second
