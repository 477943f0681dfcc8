"""One verdict on each generator, which is never milder than that of any probe."""

import itertools

import pandas as pd
import pytest

from aegan.analysis.united_verdicts import unite_probes
from aegan.probes.findings import VERDICTS
from aegan.probes.verdicts import FRESH


def table(*rows, seed=0):
    columns = ["network", "verdict", "step", "layer", "evidence"]
    verdicts = pd.DataFrame([(*row, 5, "dense1", f"numbers of {row[0]}") for row in rows], columns=columns)
    names = {"dataset": "digits", "method": "gan", "seed": seed}
    return pd.concat([pd.DataFrame([names] * len(rows)), verdicts], axis=1).astype({"step": "Int64"})


@pytest.mark.parametrize(("trained", "fresh"), list(itertools.product(VERDICTS, VERDICTS)))
def test_the_worst_probe_stands_for_the_generator(trained, fresh):
    united = unite_probes(table(("discriminator", "stable"), ("generator", trained), (FRESH, fresh)))
    assert united["network"].tolist() == ["discriminator", "generator"]
    assert united["verdict"].tolist() == ["stable", max(trained, fresh, key=VERDICTS.index)]


def test_the_evidence_is_that_of_all_probes_the_worst_first():
    united = unite_probes(table(("generator", "stable"), (FRESH, "vanishing"), ("prior", "prior hole")))
    assert united["evidence"].tolist() == [
        f"{FRESH}: numbers of {FRESH}; prior: numbers of prior; generator: numbers of generator"
    ]
    assert unite_probes(table(("generator", "stable")))["evidence"].tolist() == ["numbers of generator"]


def test_runs_keep_their_order_and_columns():
    both = pd.concat([table(("generator", "stable"), seed=1), table((FRESH, "growing"), seed=0)], ignore_index=True)
    united = unite_probes(both)
    assert list(united.columns) == list(both.columns)
    assert united[["seed", "verdict"]].to_numpy().tolist() == [[1, "stable"], [0, "growing"]]
