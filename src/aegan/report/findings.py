"""The findings of a study for people: what a hand-written template says around numbers that come from the tables.

The template holds prose that is true whatever the tables say. Everything else is a function of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, StrictUndefined

from aegan.figures.families import PRIMARY, REPLICATION, SECONDARY, name_families
from aegan.figures.numbers import count_noun, format_duration, format_number, join_words
from aegan.report.hypotheses import HYPOTHESES, describe_lacking_power, state_verdict
from aegan.report.markdown_tables import tabulate_comparisons
from aegan.report.mechanism_sentences import list_explanations
from aegan.report.published_results import count_reproduced_criteria
from aegan.report.sentences import flag_tested
from aegan.report.summary import count_decisions, summarise_study
from aegan.report.surprises import list_surprises
from aegan.storage import explain_read_errors


class Results(NamedTuple):
    """A committed report: its tables, and what its page says of its origin."""

    name: str
    config: Mapping[str, Any]
    origin: Mapping[str, str]  #: provenance by dotted key
    decisions: pd.DataFrame
    verdicts: pd.DataFrame
    cost: pd.DataFrame
    reproductions: pd.DataFrame
    mechanism: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def folder(self) -> str:
        """Its folder in the repository."""
        return f"reports/{self.name}"


def render_findings(template: Path, results: Results) -> str:
    """Render the findings of a study as Markdown.

    Args:
        template: the hand-written text, with the names that `describe_results` gives.
        results: the report of the study.

    Raises:
        InputError: the template cannot be read, or uses a name that there is not.
    """
    environment = Environment(  # Markdown is not escaped
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    with explain_read_errors(template):
        return environment.from_string(template.read_text(encoding="utf-8")).render(describe_results(results))


def describe_results(results: Results) -> dict[str, Any]:
    """Give the texts, tables and numbers of a template by name."""
    decisions, config = results.decisions, results.config
    families = name_families(decisions)
    primary, replications, secondary = (decisions[families == name] for name in (PRIMARY, REPLICATION, SECONDARY))
    answer, *summary = summarise_study(decisions, results.pairs, config["report"])
    return {
        "name": results.name,
        "config": config,
        "percent": format_percent,
        "freeze": results.origin.get("freeze.sentence", ""),
        "answer": answer,
        "summary": summary,
        "size": describe_size(results),
        "hypotheses": [(own.name, own.title, own.claim, state_verdict(own, decisions)) for own in HYPOTHESES],
        "primary": count_noun(len(primary), "primary comparison"),
        "primary_decisions": count_decisions(primary),
        "primary_table": tabulate_comparisons(primary),
        "mechanism": list_explanations(decisions, results.mechanism),
        "undecided": describe_lacking_power(primary),
        "replication_decisions": count_decisions(replications),
        "replication_table": tabulate_comparisons(replications),
        "secondary_decisions": count_decisions(secondary[flag_tested(secondary)]),
        "surprises": list_surprises(decisions, results.verdicts, results.reproductions),
        "reproduced": count_reproduced_criteria(results.reproductions),
        "cost": describe_cost(results.cost),
        "check_cost": describe_cost(select_checked(results)),
    }


def format_percent(share: float) -> str:
    """Write a share as a percentage."""
    return f"{format_number(100 * share)} %"


def describe_size(results: Results) -> str:
    """State the numbers of methods, data sets and seeds."""
    study, members = results.config["study"], results.cost.drop_duplicates(["dataset", "method", "seed"])
    return (
        f"{count_noun(len(study['methods']), 'method')} on {join_words(study['datasets'])}, "
        f"{count_noun(members['seed'].nunique(), 'seed')} ({study['seeds']}), {len(members)} trained GANs"
    )


def select_checked(results: Results) -> pd.DataFrame:
    """Select the cost of what config/studies/answer_check.yaml repeats: the first hypothesis, on the first data set."""
    checked, dataset = HYPOTHESES[0], str(results.config["study"]["datasets"][0])
    repeated = results.cost["method"].isin([checked.method, checked.baseline])
    return results.cost[repeated & (results.cost["dataset"] == dataset)]


def describe_cost(cost: pd.DataFrame) -> str:
    """State the time that training took, and that of each phase.

    Args:
        cost: dataset, method, seed, phase, seconds; an autoencoder stands in it once for each method that uses it.
    """
    seconds = cost.groupby("phase", sort=False)["seconds"].sum()
    parts = join_words([f"{format_duration(time)} in the phase {phase}" for phase, time in seconds.items()])
    return f"{format_duration(float(seconds.sum()))} of training ({parts})"
