"""Section on the comparison of each method with its baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from aegan.analysis.costs import add_cost
from aegan.analysis.study_schema import Study
from aegan.figures.families import NOT_EVIDENCE, PRIMARY, REPLICATION, name_families
from aegan.figures.numbers import format_duration, format_number, format_signed
from aegan.report.section_spec import SectionSpec
from aegan.report.seed_sentences import CORRECTION
from aegan.report.sentences import format_decades, format_level, shorten_outcome
from aegan.report.tables import Columns, Table, format_flops, format_integer, format_interval, format_table
from aegan.tables import AS_BASELINE, NONE

#: axes that stand below the role if comparisons differ in them, and in the note otherwise
AXES = ("loss", "architecture", "precision", "n")
#: columns that are not printed on paper
SCREEN_ONLY = ("power", "parameters", "seconds", "flops")


def format_parameters(count: float) -> str:
    """Write a number of parameters in full, because the sides of a comparison may differ in a few of them."""
    return f"{count:,.0f}"


COLUMNS: Columns = {
    "dataset": ("data set", str),
    "method": ("method", str),
    "role": ("role", str),
    "loss": ("loss", str),
    "architecture": ("architecture", str),
    "precision": ("precision", str),
    "outcome": ("endpoint", str),
    "decision": ("decision", str),
    "effect": ("effect", format_signed),
    "improvement": ("P(better run)", format_number),
    "p_adjusted": ("p, adjusted", format_number),
    "n": ("n", format_integer),
    "power": ("power at margin", format_number),
    "parameters": ("parameters", format_parameters),
    "seconds": ("time", format_duration),
    "flops": ("arithmetic", format_flops),
}

#: column -> the small text below it
DETAILS: Mapping[str, Callable[[Any], str]] = {
    "method": lambda row: f"against {row['baseline']}",
    "role": lambda row: row["setting"],
    "outcome": lambda row: row["about"],
    "decision": lambda row: f"{_describe_family(row)}{_describe_ties(row)}",
    "effect": lambda row: f"{format_interval(row['low'], row['high'])} {row['unit']}",
    "improvement": lambda row: _describe_improvement_interval(row["improvement_low"], row["improvement_high"]),
    "p_adjusted": lambda row: "" if pd.isna(row["p"]) else f"p {format_number(row['p'])}",
    "seconds": lambda row: f"×{format_number(row['times_seconds'])}",
    "parameters": lambda row: f"against {format_parameters(row['baseline_parameters'])}",
    "flops": lambda row: f"×{format_number(row['times_flops'])}",
}


def tabulate_decisions(study: Study) -> Table:
    """Tabulate every comparison with its baseline."""
    note = (
        "Beside the method, its baseline; below the decision, its family; beside the "
        "effect, its interval: positive is better. P(better run): the probability that a run of the method beats one "
        "of the baseline. Power: the probability of detecting an effect "
        "as large as the margin, at the strictest step of the correction of its family, with this number of seeds and "
        "their variability. Tied pairs, of which both sides are censored, diverged or, where equivalence is not "
        "tested, equal, tell nothing. Time and arithmetic are the method's medians over seeds, with the autoencoder's "
        "training, beside "
        "multiples of the baseline's."
    )
    rows = add_cost(study.decisions, study.cost, "seconds")
    rows["outcome"] = rows["outcome"].map(shorten_outcome)
    rows["family"] = name_families(rows)
    rows["architecture"] = [_name_architectures(row) for _, row in rows.iterrows()]
    varying = [axis for axis in AXES if len(rows[axis].unique()) > 1]
    rows["setting"] = [_describe_setting(row, varying) for _, row in rows.iterrows()]
    columns = {name: column for name, column in COLUMNS.items() if name not in varying}
    context = [name for name in ("dataset", *AXES) if name in columns]
    table = format_table("Every comparison", rows, columns, DETAILS, context, note, SCREEN_ONLY)
    return table._replace(row_classes=["" if family == PRIMARY else "other" for family in rows["family"]])


def _describe_family(row: pd.Series) -> str:
    return f"{NOT_EVIDENCE}: {row['differs']}" if row["family"] == NOT_EVIDENCE else str(row["family"])


def _describe_ties(row: pd.Series) -> str:
    return f", {row['tied']:.0f} of {row['n']:.0f} pairs tied" if row["tied"] else ""


def _name_architectures(row: pd.Series) -> str:
    own, other = str(row["architecture"]), str(row["baseline_architecture"])
    return own if own == other else f"{own} against {other}"


def _describe_improvement_interval(low: float, high: float) -> str:
    """Describe an interval; one that is a point is none: all resamples of these runs agree."""
    return "no interval: all resamples agree" if low == high else format_interval(low, high).replace("+", "")


def _describe_setting(row: pd.Series, axes: Sequence[str]) -> str:
    """Describe the regulariser of a comparison, and its values in axes in which comparisons differ."""
    regulariser = [] if row["regulariser"] == NONE else [f"with {row['regulariser']}"]
    values = [f"{COLUMNS[axis][0]} {COLUMNS[axis][1](row[axis])}" for axis in axes if row[axis] != AS_BASELINE]
    return ", ".join([*regulariser, *values])


def describe_decision_criteria(study: Study, config: Mapping[str, Any]) -> str:
    """Describe the criteria of decisions, from the config's section `report`."""
    settings = config["report"]
    alpha = settings["alpha"]
    replicated = (
        f"Replications are a family of their own: each test that decided on a primary comparison is repeated, in a "
        f"fixed sequence, at {alpha:g} over twice the number of primary comparisons. Each of the two families errs in "
        f"at most {alpha:.0%} of studies, not both together. "
        if REPLICATION in set(study.decisions["family"])
        else ""
    )
    return (
        f"Intervals are {settings['confidence'] * 100:g}% bootstrap intervals over the paired seeds. Helps and hurts "
        f"need {format_level(alpha)} after {CORRECTION} over the primary family, and an interval "
        f"without zero. Equivalent means an effect shown, by a test in the same family, to lie within "
        f"±{format_decades(settings['gradient_margin'])} of gradient, "
        f"±{format_decades(settings['conditioning_margin'])} of condition number, "
        f"±{format_decades(settings['quality_margin'])} of FD-cls or ±{format_number(settings['coverage_margin'])} of "
        f"coverage. Cost is counted, not tested: arithmetic helps or hurts if it differs by more than "
        f"{format_decades(settings['cost_margin'])}. {replicated}"
        "Secondary comparisons are exploratory: they are corrected "
        f"together, at a false discovery rate of {settings['false_discovery_rate']:.0%} (Benjamini and Hochberg). A "
        "comparison of methods that differ in more than the role is not evidence about the role."
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
