"""The registry of metrics: one name each, labels with units, directions, expected responses."""

from aegan.metrics.entries import Metric
from aegan.metrics.registry import (
    CLASS_INFORMATION,
    CLASSES,
    CODES,
    DISTRIBUTION,
    EXPECTED_RESPONSES,
    MEMORISATION,
    METRIC_LABELS,
    METRICS,
    NEEDS_ALL_SAMPLES,
    OTHERS,
    RECONSTRUCTION,
)


def test_no_two_metrics_share_a_name_or_a_label():
    of_samples = [name for entry in (DISTRIBUTION | CLASSES).values() for name in entry.metrics]
    names = [*of_samples, *MEMORISATION, *RECONSTRUCTION, *CODES, *CLASS_INFORMATION, *OTHERS]
    assert len(names) == len(set(names))
    assert set(names) == set(METRICS) == set(METRIC_LABELS)
    assert len({label for label, _ in METRIC_LABELS.values()}) == len(names)


def test_labels_carry_the_unit_and_the_direction():
    assert METRIC_LABELS["psnr"] == ("PSNR / dB", "higher")
    assert METRIC_LABELS["fd"] == ("FD", "lower")
    assert METRIC_LABELS["rate"] == ("rate / nat", "")
    assert METRIC_LABELS["memorisation"][1] == ""  # less than 1 is worse, more is not better


def test_every_metric_of_samples_is_expected_to_respond_to_a_corruption():
    of_samples = {name for entry in (DISTRIBUTION | CLASSES).values() for name in entry.metrics}
    assert set(EXPECTED_RESPONSES) == of_samples | set(MEMORISATION)
    assert EXPECTED_RESPONSES["fd"] == ("blur", "noise", "dropped", "duplicates")
    assert "duplicates" not in EXPECTED_RESPONSES["kid"]  # it is unbiased for any number of distinct samples


def test_metrics_with_a_direction_say_lower_or_higher():
    assert {metric.direction for metric in METRICS.values()} == {"lower", "higher", ""}
    assert {"fd", "class_kl", "class_coverage"} == NEEDS_ALL_SAMPLES


def test_a_metric_without_facts_only_describes():
    assert Metric("size") == ("size", "", "", (), 1)
