"""Section on the comparison of each method with its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.analysis.costs import add_cost
from aegan.analysis.study_schema import Study
from aegan.figures.numbers import format_duration, format_number, format_signed
from aegan.report.section_spec import SectionSpec
from aegan.report.sentences import format_decades, format_level
from aegan.report.tables import Columns, Table, format_flops, format_integer, format_table

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "method": ("method", str),
    "baseline": ("baseline", str),
    "role": ("role", str),
    "regulariser": ("regulariser", str),
    "loss": ("loss", str),
    "architecture": ("architecture", str),
    "precision": ("precision", str),
    "about": ("category", str),
    "outcome": ("endpoint", str),
    "decision": ("decision", str),
    "effect": ("effect", format_signed),
    "low": ("interval from", format_signed),
    "high": ("to", format_signed),
    "unit": ("unit", str),
    "improvement": ("P(better run)", format_number),
    "improvement_low": ("from", format_number),
    "improvement_high": ("to", format_number),
    "p": ("p", format_number),
    "p_holm": ("p (Holm)", format_number),
    "n": ("n", format_integer),
    "smallest_p": ("smallest p", format_number),
    "power": ("power at margin", format_number),
    "seconds": ("time of the method", format_duration),
    "times_seconds": ("times the baseline's", format_number),
    "flops": ("arithmetic of the method", format_flops),
    "times_flops": ("times the baseline's", format_number),
}


def tabulate_decisions(study: Study) -> Table:
    """Tabulate every comparison with its baseline."""
    caption = (
        "Every comparison; a positive effect is better. P(better run): the probability that a run of the method beats "
        "one of the baseline. Smallest p: the smallest that n seeds allow. Power: the probability of detecting an "
        "effect as large as the margin, at the strictest step of Holm's correction, with this number of seeds and "
        "their variability. Costs are medians over seeds, with the autoencoder's training"
    )
    return format_table(caption, add_cost(study.decisions, study.cost, "seconds"), COLUMNS)


def describe_decision_criteria(_study: Study, config: Mapping[str, Any]) -> str:
    """Describe the criteria of decisions, from the config's section `report`."""
    settings = config["report"]
    return (
        f"Intervals are {settings['confidence'] * 100:g}% bootstrap intervals over the paired seeds. Helps and hurts "
        f"need {format_level(settings['alpha'])} after Holm's correction and an interval without zero. Equivalent "
        f"means an effect shown to lie within ±{format_decades(settings['gradient_margin'])} of gradient, "
        f"±{format_decades(settings['conditioning_margin'])} of condition number, "
        f"±{format_decades(settings['quality_margin'])} of FD-cls or ±{format_number(settings['coverage_margin'])} of "
        f"coverage. Cost is counted, not tested: arithmetic helps or hurts if it differs by more than "
        f"{format_decades(settings['cost_margin'])}."
    )


SPEC = SectionSpec(
    "decisions",
    "Decisions: each method against its baseline",
    "Each method is compared with its baseline, seed by seed. Undecided means that these data cannot tell, in either "
    "direction. A gradient that falls because training converges also counts as decay: read it together with the "
    "sample quality.",
    tabulate_decisions,
    describe_decision_criteria,
)
