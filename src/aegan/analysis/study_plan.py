"""The plan of a study's tests, from its config: the primary family and its replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from aegan.statistics.families import Hypothesis, Plan

Baselines = Mapping[str, Sequence[str]]  # method -> its baselines


def make_plan(study: Mapping[str, Any], baselines: Baselines) -> Plan:
    """Make the plan: each primary comparison is followed by its replications in the order of the config.

    Args:
        study: the config's section `study`, of which `datasets`, `primary` and `replications` are read.
        baselines: the baselines of each method.
    """
    primary = study.get("primary")
    if not primary:
        return Plan()
    dataset = primary.get("dataset", study["datasets"][0])
    pairs = [find_pair(own, baselines) for own in primary["comparisons"]]
    family = [Hypothesis(dataset, *pair, outcome) for pair, outcome in product(pairs, primary["endpoints"])]
    replications, last = {}, {hypothesis: hypothesis for hypothesis in family}
    for step, hypothesis in product(study.get("replications", ()), family):
        if pair := replace_pair(hypothesis.method, hypothesis.baseline, step.get("methods", {}), baselines):
            own = Hypothesis(step.get("dataset", dataset), *pair, hypothesis.outcome)
            replications[own], last[hypothesis] = last[hypothesis], own
    return Plan(family, replications)


def find_pair(comparison: Mapping[str, str], baselines: Baselines) -> tuple[str, str]:
    """Return the method and the baseline of a comparison, which is the method's first if it names none."""
    method = comparison["method"]
    return method, comparison.get("baseline", baselines[method][0])


def replace_pair(
    method: str, baseline: str, methods: Mapping[str, str], baselines: Baselines
) -> tuple[str, str] | None:
    """Return the pair that replicates a primary comparison; None if it is not replicated.

    Args:
        method: of the comparison.
        baseline: of the comparison. If it is the method's first, `methods` need not name it: the replication is then
            against the first baseline of the method that replicates.
        methods: method or baseline -> what replaces it; without any, both sides are the same.
        baselines: the baselines of each method.
    """
    if not methods:
        return method, baseline
    if method not in methods or (baseline not in methods and baseline != baselines[method][0]):
        return None
    own = methods[method]
    return own, methods[baseline] if baseline in methods else baselines[own][0]
