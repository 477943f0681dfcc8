"""The endpoints that are read from the summary of the diagnosis; one that failed is NaN, which ranks worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aegan.analysis.member_tables import MemberTables, list_members
from aegan.tables import MEMBER, select_training_fakes

if TYPE_CHECKING:
    import pandas as pd


def read_fresh_discriminator(tables: MemberTables, quantities: Sequence[str]) -> pd.Series:
    """Read a change of the frozen generator's gradient under a fresh discriminator: the median over training stages.

    NaN if a fresh discriminator of the member diverged, at whatever stage.

    Args:
        tables: the tables of the study.
        quantities: of the diagnosis; the first that a stage has is read. The gradient of log(1 − D) stands for
            vanishing and that of −log D for growth, so that methods trained with different losses can be compared; for
            a game without logits both are those of its own loss.
    """
    import pandas as pd

    stage = [*MEMBER, "stage"]
    rows = tables.diagnosis[tables.diagnosis["quantity"].isin(list(quantities))]
    by_stage = rows.sort_values("quantity", key=lambda names: names.map(quantities.index)).drop_duplicates(stage)
    medians = by_stage.groupby(MEMBER)["value"].agg(lambda values: values.median(skipna=False))
    probe = select_training_fakes(tables.probe)
    diverged = list_members(probe[probe["quantity"] == "diverged"])
    others, measured = tables.list_methods_beside(diverged), {member[:2] for member in medians.index}
    fallen = [member for member in diverged if member[:2] in measured or member[:2] not in others]
    everyone = medians.index.union(pd.MultiIndex.from_tuples(fallen, names=MEMBER)) if fallen else medians.index
    return medians.reindex(everyone).mask(everyone.isin(fallen))


def read_conditioning(tables: MemberTables) -> pd.Series:
    """Read the generator's condition number, mean log10 cond(JᵀJ) over codes, at the last training stage.

    NaN if a Jacobian is not finite.
    """
    rows = tables.diagnosis[tables.diagnosis["quantity"] == "log_condition"].sort_values("stage")
    return rows.drop_duplicates(MEMBER, keep="last").set_index(MEMBER)["value"].sort_index()
