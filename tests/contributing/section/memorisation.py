"""Section on samples that are copies of train data."""

from __future__ import annotations

from aegan.analysis.study_schema import Study
from aegan.figures.numbers import format_number
from aegan.report.section_spec import SectionSpec
from aegan.report.tables import Columns, Table, format_table

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "space": ("space", str),
    "method": ("method", str),
    "value": ("distance to train / test", format_number),
}


def tabulate_memorisation(study: Study) -> Table:
    """Tabulate the lowest memorisation ratio over seeds of each method: 0 for copies, about 1 for new samples."""
    rows = study.quality[study.quality["metric"] == "memorisation"]
    lowest = rows.groupby(["dataset", "space", "method"], sort=False, observed=True)["value"].min().reset_index()
    return format_table("Lowest seed", lowest, COLUMNS)


SPEC = SectionSpec(
    "memorisation",
    "Memorisation",
    "Samples that are closer to the train split than to the test split are copies, however good they look.",
    tabulate_memorisation,
)
