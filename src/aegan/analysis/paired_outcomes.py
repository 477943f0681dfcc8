"""The pairs that a study decides on: the values of each method and of its baselines, at each endpoint, by seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS, PairReader
from aegan.analysis.member_tables import MemberTables
from aegan.analysis.study_schema import PAIRS, RUN
from aegan.statistics.pairs import Pairs, pair_members


def pair_outcomes(
    outcomes: pd.DataFrame, tables: MemberTables, comparisons: Sequence[tuple[str, str]], endpoints: Iterable[str]
) -> list[Pairs]:
    """Pair every method with its baselines at every endpoint, also at those whose values depend on the pair.

    They are paired on the data sets on which both ran.

    Args:
        outcomes: dataset, method, seed, outcome, value.
        tables: the tables of the study.
        comparisons: methods and the baselines that they are compared with.
        endpoints: names of the endpoints.

    Returns:
        The pairs, by data set, then in the order of comparisons and endpoints.
    """
    names = list(endpoints)
    pairs = pair_members(outcomes, comparisons, names)
    for name in names:
        read = ENDPOINTS[name].read
        if isinstance(read, PairReader):
            for method, base in comparisons:
                values = read.read(tables, method, base)[["method", "baseline"]].set_axis(
                    ["value", "baseline_value"], axis=1
                )
                pairs += [
                    Pairs(str(dataset), method, base, name, own.droplevel("dataset"))
                    for dataset, own in values.groupby(level="dataset")
                ]
    ran = set(outcomes[RUN].itertuples(index=False, name=None))
    pairs = [own for own in pairs if (own.dataset, own.baseline) in ran]
    places = {pair: place for place, pair in enumerate(comparisons)}
    return sorted(pairs, key=lambda own: (own.dataset, places[own.method, own.baseline], names.index(own.outcome)))


def tabulate_pairs(pairs: Iterable[Pairs]) -> pd.DataFrame:
    """Tabulate pairs, one row per seed, with the endpoint's label as the decision table has it: `PAIRS`."""
    rows = [
        (own.dataset, own.method, own.baseline, ENDPOINTS[own.outcome].label, *row)
        for own in pairs
        for row in own.by_seed.itertuples(name=None)
    ]
    return pd.DataFrame(rows, columns=PAIRS)
