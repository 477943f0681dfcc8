"""The decision table of a study: the decision on each method against its baselines at each endpoint, and its cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aegan.analysis.baselines import Axes, describe_axes, describe_role_options
from aegan.analysis.costs import add_cost
from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.floor_effects import flag_shallow
from aegan.analysis.paired_outcomes import tabulate_pairs
from aegan.analysis.study_schema import RUN
from aegan.errors import InputError
from aegan.statistics import decisions
from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import decide
from aegan.statistics.families import Hypothesis, Plan, name_pair
from aegan.statistics.pairs import Pairs
from aegan.tables import AS_BASELINE

DECISIONS = [
    *decisions.DECISION_COLUMNS[:3],
    *Axes._fields,
    "role_options",
    "baseline_role",
    "baseline_architecture",
    "parameters",
    "baseline_parameters",
    "differs",
    "about",
    "replicates",
    "shallow",
    *decisions.DECISION_COLUMNS[3:],
    "flops",
    "times_flops",
]


def tabulate_decisions(
    pairs: Sequence[Pairs],
    cost: pd.DataFrame,
    methods: Mapping[str, Mapping[str, Any]],
    differences: Mapping[str, Mapping[str, Mapping[str, str]]],
    plan: Plan,
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Decide whether each method helps against its baselines, by endpoint, and add its axes and its cost.

    Args:
        pairs: the values of each method and of its baselines, at each endpoint.
        cost: dataset, method, seed, phase, flops, parameters; other columns are ignored.
        methods: the resolved methods of the study.
        differences: data set -> method -> baseline -> in what they differ there besides what is compared; "" or absent
            if in nothing.
        plan: the primary family and its replications.
        settings: the config's section `report`.

    Returns:
        `DECISIONS`. The precision is `AS_BASELINE` if the method has that of the baseline. role_options are all options
        of its role, with which an ablation differs from the role that it is one of. parameters and
        baseline_parameters count the weights that train in the game. replicates names the primary comparison that a
        replication repeats, without its endpoint, "" for other rows. shallow: whether an equivalence is no evidence,
        because the baseline has lost so little gradient that no method could lose much less. flops are the method's,
        with the autoencoder's training, the median over seeds; times_flops is their ratio to the baseline's. Seconds
        are in the costs alone, so that the same config gives the same bytes.

    Raises:
        InputError: a primary comparison was not measured; or one, or a replication, differs in more than what is
            compared.
    """
    _refuse_unmeasured(pairs, plan)
    table = decide(
        pairs,
        outcomes={
            name: Outcome(
                own.label,
                own.unit,
                own.better,
                settings[own.margin] if own.margin else None,
                counted=own.counted,
                binary=own.of_diverged,
            )
            for name, own in ENDPOINTS.items()
        },
        plan=plan,
        alpha=settings["alpha"],
        false_discovery_rate=settings["false_discovery_rate"],
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        seed=0,
    )
    axes = {name: describe_axes(method) for name, method in methods.items()}
    own = pd.DataFrame([axes[name] for name in table["method"]], table.index, Axes._fields)
    baseline = pd.DataFrame([axes[name] for name in table["baseline"]], table.index, Axes._fields)
    own["precision"] = own["precision"].mask(own["precision"] == baseline["precision"], AS_BASELINE)
    weights = cost[cost["phase"] == "gan"].groupby(RUN, observed=True)["parameters"].max()
    columns: dict[str, Any] = {axis: own[axis] for axis in Axes._fields} | {
        "role_options": table["method"].map({name: describe_role_options(own) for name, own in methods.items()}),
        "baseline_role": baseline["role"],
        "baseline_architecture": baseline["architecture"],
        "parameters": _look_up(weights, table, "method"),
        "baseline_parameters": _look_up(weights, table, "baseline"),
        "differs": [
            differences.get(dataset, {}).get(method, {}).get(base, "")
            for dataset, method, base in table[[*RUN, "baseline"]].itertuples(index=False, name=None)
        ],
        "about": table["outcome"].map({endpoint.label: endpoint.category for endpoint in ENDPOINTS.values()}),
        "replicates": [
            _name_replicated(dataset, method, base, label, plan)
            for dataset, method, base, label in table[[*RUN, "baseline", "outcome"]].itertuples(index=False, name=None)
        ],
        "shallow": flag_shallow(table, tabulate_pairs(pairs), settings["gradient_margin"]),
    }
    decided = add_cost(table.assign(**columns), cost, "flops")[DECISIONS]
    _refuse_mismatches(decided)
    return decided


def _name_replicated(dataset: str, method: str, baseline: str, label: str, plan: Plan) -> str:
    """Name the primary comparison that a row replicates, without its endpoint; "" if it replicates none."""
    outcome = next(name for name, endpoint in ENDPOINTS.items() if endpoint.label == label)
    hypothesis = Hypothesis(dataset, method, baseline, outcome)
    if hypothesis not in plan.replications:
        return ""
    while hypothesis in plan.replications:
        hypothesis = plan.replications[hypothesis]
    return name_pair(*hypothesis[:3])


def _refuse_unmeasured(pairs: Sequence[Pairs], plan: Plan) -> None:
    measured = {own[:4] for own in pairs if len(own.by_seed)}
    for hypothesis in plan.primary:
        if hypothesis not in measured:
            dataset, method, baseline, outcome = hypothesis
            raise InputError(
                "study.primary",
                f"{outcome} was not measured in any pair of {method} and its baseline {baseline} on {dataset}",
                "Turn on what measures it (diagnosis, evaluation), or leave it out of the primary family.",
            )


def _look_up(values: pd.Series, table: pd.DataFrame, side: str) -> pd.Series:
    found = values.reindex(pd.MultiIndex.from_frame(table[["dataset", side]]))
    return pd.Series(found.to_numpy(), table.index).astype("Int64")


def _refuse_mismatches(table: pd.DataFrame) -> None:
    mismatched = table[(table["family"] != "secondary") & (table["differs"] != "")]
    for row in mismatched.drop_duplicates(["method", "baseline"]).itertuples():
        where = "study.primary" if row.family == "primary" else "study.replications"
        raise InputError(
            where,
            f"{row.method} differs from its baseline {row.baseline} in more than what is compared: {row.differs}",
            "Give both the same networks, name another baseline in report.baselines, or leave the comparison out.",
        )
