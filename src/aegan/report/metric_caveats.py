"""Which metrics are not usable on which data set according to the corruption ladder, and which are left out."""

from __future__ import annotations

import pandas as pd

from aegan.figures.metric_names import MetricLabels, name_metric
from aegan.figures.numbers import join_words
from aegan.tables import list_distinct


def describe_unusable_metrics(ladder: pd.DataFrame, labels: MetricLabels) -> str:
    """Name the metrics that do not get worse as real data are corrupted step by step; empty without a ladder.

    Args:
        ladder: dataset, corruption, level, space, metric, expected, responds.
        labels: metric -> its label and which direction is better.
    """
    if ladder.empty:
        return ""
    failed = ladder[ladder["expected"].astype(bool) & ~ladder["responds"].astype(bool)]
    names = [
        _name_failed_metrics(dataset, failed[failed["dataset"] == dataset], labels)
        for dataset in list_distinct(ladder["dataset"])
    ]
    return (
        f"Held-out real data were corrupted in {ladder['level'].nunique()} steps "
        f"({join_words(list_distinct(ladder['corruption']))}). A metric that does not get worse with them, beyond its "
        f"real-against-real noise, is not usable: {'; '.join(names)}."
    )


def describe_left_out(left_out: pd.DataFrame, labels: MetricLabels) -> str:
    """Name the metrics that need more samples than a data set has; empty if there are none.

    Args:
        left_out: dataset, metric, needed, found.
        labels: metric -> its label and which direction is better.
    """
    groups = left_out.groupby(["dataset", "needed", "found"], sort=False)["metric"]
    reasons = [
        f"on {dataset} {join_words([labels[metric][0] for metric in metrics])} (needed {needed:.0f}, found {found:.0f})"
        for (dataset, needed, found), metrics in groups
    ]
    return f"Left out because there are too few samples or test data: {'; '.join(reasons)}." if reasons else ""


def _name_failed_metrics(dataset: str, failed: pd.DataFrame, labels: MetricLabels) -> str:
    pairs = failed.groupby(["space", "metric"], sort=False)["corruption"].agg(
        lambda names: join_words(list_distinct(names))
    )
    keys = pairs.index.to_frame(index=False).itertuples(index=False)
    words = [
        f"{name_metric(m, labels, space)} of {space} ({names})" for (space, m), names in zip(keys, pairs, strict=True)
    ]
    return f"on {dataset} {join_words(words) if words else 'none'}"


def add_usable_column(quality: pd.DataFrame, ladder: pd.DataFrame) -> pd.DataFrame:
    """Add a column `usable`: yes, no, or missing without a ladder.

    Args:
        quality: dataset, space, metric, and any other columns.
        ladder: dataset, space, metric, expected, usable.
    """
    keys = ["dataset", "space", "metric"]
    expected = ladder[ladder["expected"].astype(bool)].drop_duplicates(keys)[[*keys, "usable"]]
    words = expected["usable"].astype(bool).map({True: "yes", False: "no"})
    return quality.merge(expected.assign(usable=words.astype(object)), how="left", on=keys)
