"""One value per member and endpoint, and the headline numbers, from the tables of a study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS, PairReader
from aegan.analysis.member_tables import MemberTables, list_diverged
from aegan.analysis.united_verdicts import unite_probes
from aegan.tables import MEMBER

OUTCOMES = [*MEMBER, "outcome", "value"]


def tabulate_outcomes(tables: MemberTables) -> pd.DataFrame:
    """Tabulate the value of every member at every endpoint: dataset, method, seed, outcome, value.

    A member that diverged is NaN rather than absent, but for endpoints that are about divergence. An endpoint that has
    no value in any run of a data set, such as coverage where all data are one point, is not defined there and has no
    rows; nor has one whose values depend on the pair.
    """
    values = {
        name: endpoint.read(tables) for name, endpoint in ENDPOINTS.items() if not isinstance(endpoint.read, PairReader)
    }
    tidy = pd.concat([_tidy(name, own) for name, own in values.items()])
    tidy = tidy[tidy["value"].notna().groupby([tidy["dataset"], tidy["outcome"]]).transform("any")]
    lost = [name for name in values if not ENDPOINTS[name].of_diverged]
    diverged = list_diverged(tables)
    others = tables.list_methods_beside(diverged)
    defined = set(tidy[["dataset", "method", "outcome"]].itertuples(index=False, name=None))
    missing = [
        (*member, outcome, np.nan)
        for member in diverged
        for outcome in lost
        if (*member[:2], outcome) in defined or member[:2] not in others
    ]
    outcomes = pd.concat([tidy, pd.DataFrame(missing, columns=OUTCOMES)])
    return outcomes.drop_duplicates(OUTCOMES[:-1], keep="last", ignore_index=True)


def _tidy(outcome: str, values: pd.Series) -> pd.DataFrame:
    return values.rename("value").reset_index().assign(outcome=outcome)[OUTCOMES]


def summarise_headline(outcomes: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Pick the numbers for `dvc metrics diff`: the median of each outcome, and counts of the generator's verdicts.

    Args:
        outcomes: dataset, method, seed, outcome, value; NaN, that of a run that diverged, ranks worst.
        verdicts: the columns of `assess_runs`; the worst of a generator's probes counts.

    Returns:
        data set -> method -> outcome or verdict -> number; a median that is not finite is None.
    """
    united = unite_probes(verdicts)
    counts = united[united["network"] == "generator"].value_counts(["dataset", "method", "verdict"])
    worst = {name: np.inf if endpoint.better == "lower" else -np.inf for name, endpoint in ENDPOINTS.items()}
    ranked = outcomes.assign(value=outcomes["value"].fillna(outcomes["outcome"].map(worst)))
    record: dict[str, Any] = {}
    for row in ranked.groupby(["dataset", "method", "outcome"], as_index=False)["value"].median().itertuples():
        value = round(row.value, 6) if np.isfinite(row.value) else None
        record.setdefault(row.dataset, {}).setdefault(row.method, {})[row.outcome] = value
    for dataset, method, verdict in sorted(counts.index):
        record[dataset][method][verdict] = int(counts[dataset, method, verdict])
    return record
