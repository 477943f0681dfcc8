import pandas as pd

from aegan.analysis.study_schema import LADDER
from aegan.metrics.registry import METRIC_LABELS
from aegan.report.metric_caveats import add_usable_column, describe_left_out, describe_unusable_metrics


def ladder(*rows):
    """Make a ladder of (dataset, metric, corruption, expected, responds, usable)."""
    return pd.DataFrame(
        [(d, c, level, "random", m, 1.0, 0.1, *judged) for d, m, c, *judged in rows for level in (1, 2)], columns=LADDER
    )


MIXED = ladder(
    ("digits", "fd", "blur", True, True, True),
    ("digits", "fd", "copies", False, False, True),
    ("digits", "kid", "blur", True, False, False),
    ("digits", "kid", "noise", True, False, False),
    ("mine", "fd", "blur", True, True, True),
)


def test_metrics_that_do_not_respond_are_named_with_what_they_miss():
    words = describe_unusable_metrics(MIXED, METRIC_LABELS)
    assert "in 2 steps" in words
    assert "on digits KID-rnd of random (blur and noise); on mine none." in words
    assert "FD" not in words
    assert describe_unusable_metrics(MIXED[:0], METRIC_LABELS) == ""


def test_quality_tells_what_is_usable():
    quality = pd.DataFrame({"dataset": "digits", "space": "random", "metric": ["fd", "kid", "recall"]})
    assert add_usable_column(quality, MIXED)["usable"].fillna("–").tolist() == ["yes", "no", "–"]
    assert add_usable_column(quality, MIXED[:0])["usable"].isna().all()


def test_metrics_that_are_left_out_are_named_with_the_numbers():
    rows = [
        ("small", "precision", 6, 2),
        ("small", "recall", 6, 2),
        ("small", "fd_infinity", 4, 2),
        ("tiny", "fd", 2, 1),
    ]
    table = pd.DataFrame(rows, columns=["dataset", "metric", "needed", "found"])
    labels = {"precision": ("precision", ""), "recall": ("recall", ""), "fd_infinity": ("FD∞", ""), "fd": ("FD", "")}
    assert describe_left_out(table, labels) == (
        "Left out because there are too few samples or test data: on small precision and recall (needed 6, found 2); "
        "on small FD∞ (needed 4, found 2); on tiny FD (needed 2, found 1)."
    )
    assert describe_left_out(table[:0], labels) == ""
