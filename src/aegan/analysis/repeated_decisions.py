"""The decisions of a study of which some comparisons are measured again, each in the family that it was fixed in.

A check repeats a few comparisons. Corrected on their own, they would be decided more easily than in the study, so the
repeated p take the place of the study's, and the study is decided again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.statistics.decisions import decide_families
from aegan.statistics.families import Hypothesis, Plan

KEYS = ["dataset", "method", "baseline", "outcome"]
#: columns that a comparison alone determines and decisions rest on
MEASURED = ["effect", "low", "high", "p", "p_equivalence", "n", "smallest_p"]


def decide_again(study: pd.DataFrame, repeated: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Decide on the comparisons of a study that were repeated, in the study's families.

    Args:
        study: the decision table of the study.
        repeated: that of the repetition, of the same or fewer comparisons.
        settings: the section `report` of the study's config.

    Returns:
        dataset, method, baseline, outcome, decision (the study's), again (with the repeated values); a row for each
        comparison of both. Replications are decided again only if all comparisons were repeated: what goes before one
        is not in the table.
    """
    both = study[KEYS].merge(repeated[KEYS])
    if len(both) == len(study) == len(repeated):
        return study[[*KEYS, "decision"]].merge(repeated[[*KEYS, "decision"]].rename(columns={"decision": "again"}))
    values, measured = study.set_index(KEYS), repeated.set_index(KEYS)
    own = values.index.intersection(measured.index)
    values.loc[own, MEASURED] = measured.loc[own, MEASURED]
    margins = {endpoint.label: settings[endpoint.margin] for endpoint in ENDPOINTS.values() if endpoint.margin}
    rows = [_prepare_row(row, margins) for row in values.drop(columns="decision").reset_index().to_dict("records")]
    plan = _make_plan(rows)
    decide_families(rows, plan, settings["alpha"], settings["false_discovery_rate"])
    again = pd.DataFrame(
        [{**row, "again": row["decision"]} for row in rows if row["hypothesis"] not in plan.replications]
    )
    return both.merge(study[[*KEYS, "decision"]]).merge(again[[*KEYS, "again"]])


def _prepare_row(row: Mapping[Hashable, Any], margins: Mapping[str, float]) -> dict[str, Any]:
    """Return a row of the decision table as `decide_families` reads it: without p if its values were counted."""
    absent = set() if pd.notna(row["smallest_p"]) else {"p", "p_equivalence"}
    hypothesis = Hypothesis(**{name: row[name] for name in Hypothesis._fields})
    kept = {str(name): value for name, value in row.items() if name not in absent}
    return kept | {"hypothesis": hypothesis, "margin": margins.get(row["outcome"])}


def _make_plan(rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Make the plan of a table's families, of which it does not tell what goes before a replication."""
    primary, replications = (
        [row["hypothesis"] for row in rows if row["family"] == family] for family in ("primary", "replication")
    )
    return Plan(primary, dict.fromkeys(replications, *primary[:1]))
