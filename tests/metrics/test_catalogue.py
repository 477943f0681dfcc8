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
    code_statistics,
    memory,
    quality,
    separation,
)

LABELS = np.arange(300) % 3


def sample(seed, n=300, d=6):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_every_metric_has_a_direction_and_every_direction_a_metric():
    values = quality(sample(0), sample(1), np.random.default_rng(0))
    assert set(values) == {"fd", "fd_infinity", "kid", "precision", "recall", "density", "coverage"}
    of_codes = code_statistics(sample(0)) | separation(sample(0), LABELS, sample(1), LABELS)
    assert set(of_codes) == set(CODES) | set(SEPARATION)
    of_classes = quality(LABELS[:, None], LABELS[:, None], np.random.default_rng(0), CLASSES)
    values |= of_classes | memory(sample(2), sample(0), sample(1))
    assert set(BETTER) == set(values) | set(RECONSTRUCTION) | set(of_codes) | {RATE, "accuracy"}
    for entry in DISTRIBUTION.values():
        assert set(entry.measure(sample(0), sample(1), np.random.default_rng(0))) == set(entry.better)
    assert all(type(value) is float for value in (values | of_codes).values())


def test_a_single_class_has_nothing_to_tell_apart():
    assert separation(sample(0), np.zeros(300), sample(1), LABELS) == {}


def test_a_perfect_sample_is_perfect():
    values = quality(sample(0), sample(0), np.random.default_rng(0))
    assert values["fd"] == pytest.approx(0, abs=1e-9)
    assert values["kid"] < 0  # unbiased, so below zero for the very same samples
    assert values["precision"] == values["recall"] == values["coverage"] == 1


@pytest.mark.parametrize("name", ["fd", "kid", "precision", "density", "coverage"])
def test_metrics_get_worse_as_the_fake_moves_away(name):
    real, fake = sample(0), sample(1)
    ladder = [quality(real, fake + shift, np.random.default_rng(0))[name] for shift in (0, 0.5, 1, 2)]
    assert ladder == sorted(ladder, reverse=BETTER[name] == "higher")
    assert ladder[0] != ladder[-1]


def test_equal_generators_give_equal_values():
    first, second = (quality(sample(0), sample(1), np.random.default_rng(5)) for _ in range(2))
    assert first == second
