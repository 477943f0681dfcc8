"""Section on the verdicts on every network's gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.analysis.study_schema import Study
from aegan.report.section_spec import SectionSpec
from aegan.report.sentences import format_decades
from aegan.report.tables import Columns, Table, format_integer, format_table

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "method": ("method", str),
    "seed": ("seed", format_integer),
    "network": ("network", str),
    "verdict": ("verdict", str),
    "step": ("since step", format_integer),
    "layer": ("layer", str),
    "evidence": ("evidence", str),
}


def tabulate_verdicts(study: Study) -> Table:
    """Tabulate every verdict with its evidence."""
    return format_table("Every verdict", study.verdicts, COLUMNS, context=["dataset"], screen_only=["evidence"])


def describe_verdict_criteria(_study: Study, config: Mapping[str, Any]) -> str:
    """Describe the criteria of verdicts, from the config's section `verdicts`."""
    settings = config["verdicts"]
    lost, gained, deep = (format_decades(settings[f"{key}_decades"]) for key in ("vanishing", "exploding", "depth"))
    return (
        f"Vanishing: the network's gradient norm at the end lies at least {lost} below the start or, in a network of "
        f"three layers or more, the first layer's at least {deep} below the last layer's. Exploding: at least {gained} "
        f"above the start, or the first layer's at least {deep} above the last layer's. Start and end are the medians "
        f"over the first and the last {settings['window']:.0%} of the probed steps. In the frozen-generator probe, a "
        f"generator is judged at its worst training stage: vanishing at {lost} lost since the peak, exploding at "
        f"{gained} gained since step 10. Diverged: a loss or gradient was not finite."
    )


SPEC = SectionSpec(
    "verdicts",
    "Gradient verdicts",
    "Each network of each run is judged by its own gradients: healthy, vanishing, exploding or diverged.",
    tabulate_verdicts,
    describe_verdict_criteria,
)
