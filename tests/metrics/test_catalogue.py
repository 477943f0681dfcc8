import numpy as np
import pytest

from aegan.metrics.catalogue import (
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
from aegan.metrics.features import features_of

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
    values |= of_classes | memory(sample(2), sample(0), sample(1))
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


def test_equal_generators_give_equal_values():
    first, second = (compared(sample(0), sample(1), 5) for _ in range(2))
    assert first == second
