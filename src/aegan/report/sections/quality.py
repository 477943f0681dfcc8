"""Section on the quality of samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aegan.analysis.study_schema import Study
from aegan.figures.metric_names import get_direction, name_metric
from aegan.figures.numbers import format_number
from aegan.report.metric_caveats import add_usable_column, describe_left_out, describe_unusable_metrics
from aegan.report.section_spec import SectionSpec
from aegan.report.tables import Columns, Table, format_integer, format_table

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "space": ("space", str),
    "metric": ("metric", str),
    "method": ("method", str),
    "median": ("median", format_number),
    "floor": ("floor", format_number),
    "n": ("samples", format_integer),
    "better": ("better", str),
    "usable": ("usable", str),
}

#: column -> the small text below it
DETAILS: Mapping[str, Callable[[Any], str]] = {
    "median": lambda row: f"{format_number(row['low'])} to {format_number(row['high'])}",
}


def tabulate_quality(study: Study) -> Table:
    """Tabulate the median and the range over seeds of every metric."""
    groups = study.quality.groupby(["dataset", "space", "metric", "method"], sort=False, observed=True)
    table = groups.agg(
        median=("value", "median"),
        low=("value", "min"),
        high=("value", "max"),
        floor=("floor", "median"),
        n=("n", "min"),
    )
    table, labels = add_usable_column(table.reset_index(), study.ladder), study.metric_labels
    table["better"] = [get_direction(metric, labels) for metric in table["metric"]]
    table["metric"] = [
        name_metric(metric, labels, space) for metric, space in zip(table["metric"], table["space"], strict=True)
    ]
    note = "Beside the median, the lowest and the highest seed."
    return format_table(
        "Median over seeds", table, COLUMNS, DETAILS, ["dataset", "n", "usable"], note, ["n", "better", "usable"]
    )


def describe_metrics(study: Study, _config: Mapping[str, Any]) -> str:
    """Describe which metrics fail on the corruption ladder, if one was measured, and which are left out."""
    sentences = (
        describe_unusable_metrics(study.ladder, study.metric_labels),
        describe_left_out(study.left_out, study.metric_labels),
    )
    return " ".join(filter(None, sentences))


SPEC = SectionSpec(
    "quality",
    "Sample quality",
    "Measured in feature spaces that are independent of the autoencoders under test. The floor is the same metric of "
    "real data against real data. FD-cls is not FID.",
    tabulate_quality,
    describe_metrics,
)
