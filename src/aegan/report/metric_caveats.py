"""What the report says of the corruption ladder: which metrics are not to be read on which data set."""

from __future__ import annotations

import pandas as pd

from aegan.analysis.study_schema import ordered
from aegan.figures.numbers import listed
from aegan.figures.quality import metric_name


def unusable(ladder: pd.DataFrame) -> str:
    """Name the metrics that do not get worse, step by step, as real data do; nothing where no ladder was measured."""
    if ladder.empty:
        return ""
    failed = ladder[ladder["expected"].astype(bool) & ~ladder["responds"].astype(bool)]
    found = [_of_dataset(dataset, failed[failed["dataset"] == dataset]) for dataset in ordered(ladder["dataset"])]
    return (
        f"Held-out real data were made worse in {ladder['level'].nunique()} steps "
        f"({listed(ordered(ladder['corruption']))}). A metric that does not get worse with them, within its noise of "
        f"real against real, is not to be read: {'; '.join(found)}."
    )


def _of_dataset(dataset: str, failed: pd.DataFrame) -> str:
    pairs = failed.groupby(["space", "metric"], sort=False)["corruption"].agg(lambda names: listed(ordered(names)))
    keys = pairs.index.to_frame(index=False).itertuples(index=False)
    words = [f"{metric_name(m, space)} of {space} ({names})" for (space, m), names in zip(keys, pairs, strict=True)]
    return f"on {dataset} {listed(words) if words else 'none'}"


def with_usable(quality: pd.DataFrame, ladder: pd.DataFrame) -> pd.DataFrame:
    """Add `usable`, yes or no, to a table with data sets, spaces and metrics; missing where there is no ladder."""
    keys = ["dataset", "space", "metric"]
    judged = ladder[ladder["expected"].astype(bool)].drop_duplicates(keys)[[*keys, "usable"]]
    words = judged["usable"].astype(bool).map({True: "yes", False: "no"})
    return quality.merge(judged.assign(usable=words.astype(object)), how="left", on=keys)
