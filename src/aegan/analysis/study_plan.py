"""The plan of a study's tests, from its config: the primary family and its replications."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from aegan.statistics.families import Hypothesis, Plan


def make_plan(study: Mapping[str, Any]) -> Plan:
    """Make the plan: each primary comparison is followed by its replications in the order of the config.

    Args:
        study: the config's section `study`, of which `datasets`, `primary` and `replications` are read.
    """
    primary = study.get("primary")
    if not primary:
        return Plan()
    dataset = primary.get("dataset", study["datasets"][0])
    family = [Hypothesis(dataset, *own) for own in product(primary["comparisons"], primary["endpoints"])]
    replications, last = {}, {hypothesis: hypothesis for hypothesis in family}
    for step, hypothesis in product(study.get("replications", ()), family):
        methods = step.get("methods") or {method: method for method in primary["comparisons"]}
        if hypothesis.method in methods:
            own = Hypothesis(step.get("dataset", dataset), methods[hypothesis.method], hypothesis.outcome)
            replications[own], last[hypothesis] = last[hypothesis], own
    return Plan(family, replications)
