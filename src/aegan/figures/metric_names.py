"""Names of metrics as figures and tables print them."""

from __future__ import annotations

from collections.abc import Mapping

#: metric -> its label and which direction is better: lower, higher, or "" for neither
MetricLabels = Mapping[str, tuple[str, str]]

#: the study's own feature spaces and their suffixes; a distance in such a space is not the FID of the literature
SUFFIXES = {"classifier": "cls", "random": "rnd"}
NAMED_BY_SPACE = ("fd", "fd_infinity", "kid", "spread")
#: the one space in which a Fréchet distance is the FID of the literature
FID_SPACE = "inception"
FID_NAMES = {"fd": "FID", "fd_infinity": "FID∞"}


def name_metric(metric: str, labels: MetricLabels, space: str = "") -> str:
    """Return the printed name of a metric, such as FD-cls for the Fréchet distance of the classifier's features.

    Args:
        metric: the metric's name in the tables, which is returned if it has no label.
        labels: metric -> its label and which direction is better.
        space: the feature space that it was measured in, if any.
    """
    if space == FID_SPACE and metric in FID_NAMES:
        return FID_NAMES[metric]
    label = labels[metric][0] if metric in labels else metric
    return f"{label}-{SUFFIXES[space]}" if metric in NAMED_BY_SPACE and space in SUFFIXES else label


def get_direction(metric: str, labels: MetricLabels) -> str:
    """Return which direction of a metric is better: lower, higher, or "" if neither is or it is unknown."""
    return labels[metric][1] if metric in labels else ""
