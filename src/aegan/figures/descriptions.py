"""Numbers in words, for the alternative texts of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from aegan.figures.families import name_families
from aegan.figures.metric_names import MetricLabels, name_metric
from aegan.figures.numbers import count_noun, format_number, format_signed, join_words

NONE_RECORDED = "none recorded"


def join_descriptions(descriptions: Mapping[str, str]) -> str:
    """Join descriptions of several subjects: subject -> description."""
    return "; ".join(f"{subject} {words}" for subject, words in descriptions.items()) or NONE_RECORDED


def describe_runs(rows: pd.DataFrame, describe: Callable[[pd.DataFrame], str]) -> str:
    """Describe each method on each data set.

    Args:
        rows: dataset, method, and what `describe` reads.
        describe: the rows of one method on one data set -> words.
    """
    groups = rows.groupby(["dataset", "method"], sort=False, observed=True)
    return join_descriptions({f"{method} on {dataset}": describe(own) for (dataset, method), own in groups})


def describe_size(methods: Sequence[str], datasets: Sequence[str], gradients: pd.DataFrame) -> str:
    """Describe the size of a study: 5 methods, 1 data set and 5 seeds.

    Args:
        methods: the methods.
        datasets: the data sets.
        gradients: the study's gradients, with a column `seed`.
    """
    seeds = gradients["seed"].nunique()
    return join_words(
        [count_noun(len(methods), "method"), count_noun(len(datasets), "data set"), count_noun(seeds, "seed")]
    )


def describe_last_values(rows: pd.DataFrame) -> str:
    """Describe the median over seeds at the last step at which it is finite, of each method on each data set.

    Args:
        rows: dataset, method, seed, step, value.
    """
    finite = rows[np.isfinite(rows["value"])]
    medians = finite.groupby(["dataset", "method", "step"], sort=False, observed=True)["value"].median().reset_index()
    last = (
        medians.sort_values("step", kind="stable")
        .groupby(["dataset", "method"], sort=False, observed=True)
        .last()
        .reset_index()
    )
    return describe_each(last, lambda row: f"{row['method']} on {row['dataset']} {_at_step(row)}")


def _at_step(row: pd.Series) -> str:
    return f"{format_number(row['value'])} at step {row['step']}"


def describe_medians(quality: pd.DataFrame, labels: MetricLabels) -> str:
    """Describe the median over seeds of every metric.

    Args:
        quality: dataset, method, seed, space, metric, value.
        labels: metric -> its label and which direction is better.
    """
    keys = ["dataset", "method", "space", "metric"]
    medians = quality.groupby(keys, sort=False, observed=True)["value"].median().reset_index()
    return describe_each(
        medians,
        lambda row: (
            f"{row['method']} on {row['dataset']} "
            f"{name_metric(row['metric'], labels, row['space'])} {format_number(row['value'])}"
        ),
    )


def describe_each(rows: pd.DataFrame, describe: Callable[[pd.Series], str]) -> str:
    """Describe each row of a table, in its order; `NONE_RECORDED` if it is empty."""
    return "; ".join(describe(row) for _, row in rows.iterrows()) or NONE_RECORDED


def _format_effect(effect: float, unit: str) -> str:
    return "all pairs tied" if np.isnan(effect) else f"{format_signed(effect)} {unit}"


def describe_decisions(decisions: pd.DataFrame) -> str:
    """Describe every decision and its effect.

    Args:
        decisions: dataset, method, baseline, outcome, decision, effect, unit, family, differs.
    """
    return describe_each(
        decisions.assign(family=name_families(decisions)),
        lambda row: (
            f"{row['method']} against {row['baseline']}, {row['outcome']} on {row['dataset']}: "
            f"{row['decision']} ({_format_effect(row['effect'], row['unit'])}), {row['family']}"
        ),
    )
