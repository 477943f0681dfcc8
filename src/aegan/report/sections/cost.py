"""Section on the cost of training."""

from __future__ import annotations

from aegan.analysis.study_schema import Study
from aegan.figures.numbers import format_count, format_duration
from aegan.figures.study.cost import compute_median_cost
from aegan.report.section_spec import SectionSpec
from aegan.report.tables import Columns, Table, format_flops, format_integer, format_table

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "method": ("method", str),
    "phase": ("phase", str),
    "seconds": ("time", format_duration),
    "rounds": ("rounds", format_integer),
    "flops": ("arithmetic", format_flops),
    "parameters": ("parameters", format_count),
}


def tabulate_cost(study: Study) -> Table:
    """Tabulate the median cost of each phase of each method."""
    return format_table("Median cost per seed", compute_median_cost(study.cost), COLUMNS, context=["dataset"])


SPEC = SectionSpec(
    "cost",
    "Cost",
    "Training an autoencoder is charged to the methods that use it. The methods' networks differ in size, a known "
    "confounder: read a difference between methods together with their numbers of parameters.",
    tabulate_cost,
)
