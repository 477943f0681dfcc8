"""Names of metrics: only Inception's Fréchet distance is called FID."""

import pytest

from aegan.figures.metric_names import get_direction, name_metric

LABELS = {
    "fd": ("FD", "lower"),
    "fd_infinity": ("FD∞", "lower"),
    "recall": ("recall", "higher"),
    "rate": ("rate / nat", ""),
}


@pytest.mark.parametrize(
    ("metric", "space", "name"),
    [
        ("fd", "classifier", "FD-cls"),
        ("fd", "random", "FD-rnd"),
        ("fd_infinity", "inception", "FID∞"),
        ("fd", "inception", "FID"),
        ("fd", "pixels", "FD"),
        ("recall", "classifier", "recall"),
        ("recall", "inception", "recall"),
        ("rate", "", "rate / nat"),
        ("unknown", "random", "unknown"),
    ],
)
def test_a_metric_is_named_by_its_label_and_space(metric, space, name):
    assert name_metric(metric, LABELS, space) == name


def test_directions_are_those_of_the_labels():
    assert [get_direction(metric, LABELS) for metric in ("fd", "recall", "rate", "unknown")] == [
        "lower",
        "higher",
        "",
        "",
    ]
