"""All metrics of samples and codes: blocks against wholes, known answers, perfect samples."""

import numpy as np
import pytest

from aegan.metrics.distances import frechet_distance
from aegan.metrics.features import Features, make_features
from aegan.metrics.measurements import measure_class_information, measure_codes, measure_memorisation, measure_quality
from aegan.metrics.memorisation import SplitFeatures
from aegan.metrics.moments import SEED_SPREAD
from aegan.metrics.registry import (
    CLASS_INFORMATION,
    CLASSES,
    CODES,
    DISTRIBUTION,
    METRICS,
    NEEDS_ALL_SAMPLES,
    RATE,
    RECONSTRUCTION,
)


def correlated(seed, n, d=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


def test_all_metrics_of_a_whole_are_those_of_its_blocks_and_drawn_rows():
    real, fake, drawn = correlated(0, 400), correlated(1, 900), np.arange(0, 900, 3)
    held = measure_quality(make_features(real), make_features(fake[drawn]), np.random.default_rng(0))
    streamed = Features(900, lambda: np.array_split(fake, 7), fake[drawn])
    found = measure_quality(make_features(real), streamed, np.random.default_rng(0))
    assert found.pop("fd") == pytest.approx(frechet_distance(real, fake), rel=1e-10)
    held.pop("fd")
    assert found == held
    numbers = np.arange(900)[:, None] % 7
    in_blocks = Features(900, lambda: np.array_split(numbers, 5), numbers[:0])
    pair = [
        measure_quality(make_features(numbers), of, np.random.default_rng(0), CLASSES)
        for of in (in_blocks, make_features(numbers))
    ]
    assert pair[0] == pair[1]


LABELS = np.arange(300) % 3


def sample(seed, n=300, d=6):
    return np.random.default_rng(seed).normal(size=(n, d))


def compared(real, fake, seed=0, entries=DISTRIBUTION):
    return measure_quality(make_features(real), make_features(fake), np.random.default_rng(seed), entries)


def test_a_single_class_has_nothing_to_tell_apart():
    assert measure_class_information(sample(0), np.zeros(300), sample(1), LABELS) == {}


def test_a_perfect_sample_is_perfect():
    values = compared(sample(0), sample(0))
    assert values["fd"] == pytest.approx(0, abs=1e-9)
    assert values["kid"] < 0  # unbiased, so below zero for the very same samples
    assert values["precision"] == values["recall"] == values["coverage"] == 1


@pytest.mark.parametrize("name", ["fd", "kid", "precision", "density", "coverage"])
def test_metrics_get_worse_as_the_fake_moves_away(name):
    real, fake = sample(0), sample(1)
    ladder = [compared(real, fake + shift)[name] for shift in (0, 0.5, 1, 2)]
    assert ladder == sorted(ladder, reverse=METRICS[name].direction == "higher")
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
    return value > than if METRICS[name].direction == "lower" else value < than


def test_known_answers_cover_every_metric_of_features():
    assert set(KNOWN) == {name for entry in DISTRIBUTION.values() for name in entry.metrics}


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


def test_every_metric_has_a_direction_and_every_direction_a_metric():
    values = compared(sample(0), sample(1))
    assert set(values) == {"fd", "fd_infinity", "kid", "precision", "recall", "density", "coverage"}
    of_codes = measure_codes(sample(0)) | measure_class_information(sample(0), LABELS, sample(1), LABELS)
    assert set(of_codes) == set(CODES) | set(CLASS_INFORMATION)
    of_classes = compared(LABELS[:, None], LABELS[:, None], entries=CLASSES)
    values |= of_classes | measure_memorisation(SplitFeatures(sample(2), sample(0)), sample(1))
    assert set(METRICS) == set(values) | set(RECONSTRUCTION) | set(of_codes) | {
        RATE,
        SEED_SPREAD,
        "accuracy",
        "perplexity",
    }
    for entry in DISTRIBUTION.values():
        pair = make_features(sample(0)), make_features(sample(1))
        assert set(entry.measure(*pair, np.random.default_rng(0))) == set(entry.metrics)
    assert {"fd", "class_kl", "class_coverage"} == NEEDS_ALL_SAMPLES
    assert all(type(value) is float for value in (values | of_codes).values())
