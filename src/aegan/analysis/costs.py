"""Costs of training: the table of costs, and the costs in the decision table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aegan.analysis.study_schema import RUN
from aegan.tables import MEMBER


def tabulate_costs(
    gan_records: Sequence[Mapping[str, Any]], autoencoder_records: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """Tabulate the cost of each member: dataset, method, seed, phase, seconds, rounds, flops, parameters.

    The training of the autoencoder that a method uses is a row of that method, with the phase "autoencoder".

    Args:
        gan_records: run.json of the GANs.
        autoencoder_records: run.json of the autoencoders.
    """
    trained = {
        (run["dataset"], run["autoencoder"], m["seed"]): m for run in autoencoder_records for m in run["members"]
    }
    rows = []
    for run in gan_records:
        for member in run["members"]:
            names = {"dataset": run["dataset"], "method": run["method"], "seed": member["seed"]}
            used = run["config"].get("autoencoder")
            if used:
                rows.append(names | {"phase": "autoencoder"} | _cost(trained[run["dataset"], used, member["seed"]]))
            rows.append(names | {"phase": "gan"} | _cost(member))
    return pd.DataFrame(rows)


def _cost(member: Mapping[str, Any]) -> dict[str, Any]:
    cost = {key: member[key] for key in ("seconds", "rounds", "flops")}
    return cost | {"parameters": sum(member["parameters"].values())}


def add_cost(decisions: pd.DataFrame, cost: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Add the cost per seed of the method (column `unit`) and its ratio to the baseline's (times_`unit`) to decisions.

    Args:
        decisions: dataset, method, baseline.
        cost: dataset, method, seed and the unit of each phase.
        unit: seconds or flops; phases are summed, and the median is taken over seeds.
    """
    spent = cost.groupby(MEMBER, observed=True)[unit].sum()
    medians = spent.groupby(RUN, observed=True).median()
    own, base = (
        medians.reindex(pd.MultiIndex.from_frame(decisions[["dataset", name]])).to_numpy(dtype=float)
        for name in ("method", "baseline")
    )
    return decisions.assign(**{unit: own, f"times_{unit}": own / base})
