"""One verdict on each generator, from all that was measured of it."""

from __future__ import annotations

import pandas as pd

from aegan.probes.findings import VERDICTS, Verdict
from aegan.probes.verdicts import FRESH, RUN_COLUMNS, tabulate_verdicts

#: what is judged of the networks that generate, besides their own gradients in training
ABOUT_GENERATOR = (FRESH, "prior", "codebook")


def unite_probes(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Unite the verdicts on each generator: in training, before a fresh discriminator, and of its prior and codes.

    The worst of them stands for the generator, with the evidence of all, so that none says stable where another probe
    says vanishing.

    Args:
        verdicts: as `assess_runs` returns them, with the rows of all probes.

    Returns:
        The same columns, a row per run and network of the game.
    """
    own_network = verdicts["network"].mask(verdicts["network"].isin(ABOUT_GENERATOR), "generator")
    ranked = verdicts.assign(
        network=own_network, probe=verdicts["network"], rank=verdicts["verdict"].map(VERDICTS.index)
    )
    ranked = ranked.sort_values("rank", ascending=False, kind="stable")
    united = []
    for run, rows in ranked.groupby(RUN_COLUMNS, sort=False):
        worst = rows.iloc[0]
        told = [f"{row.probe}: {row.evidence}" for row in rows.itertuples()] if len(rows) > 1 else rows["evidence"]
        united.append((run, Verdict(worst["verdict"], worst["step"], worst["layer"], "; ".join(told))))
    in_order = verdicts[RUN_COLUMNS].assign(network=own_network).drop_duplicates().itertuples(index=False, name=None)
    places = {run: place for place, run in enumerate(in_order)}
    return tabulate_verdicts(sorted(united, key=lambda row: places[row[0]]))
