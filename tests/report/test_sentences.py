import dataclasses
import re
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given

from aegan.report.sentences import (
    CLAUSES,
    caveats,
    divergence,
    findings,
    health,
    thresholds,
    unanimous,
)
from aegan.report.tables import direction, glance

DRAWN = runpy.run_path(str(Path(__file__).with_name("drawn_decisions.py")))
METHODS, decisions = DRAWN["METHODS"], DRAWN["decisions"]


@given(decisions())
def test_findings_claim_exactly_what_the_table_says(table):
    sentences = findings(table)
    assert len(sentences) == table["outcome"].nunique()
    claimed = set()
    for sentence in sentences:
        outcome, _, clauses = sentence.partition(" on digits: ")
        for clause in clauses.rstrip(".").split("; "):
            plain = re.sub(r"\([^)]*\)", "", clause)
            (word,) = [word for word, forms in CLAUSES.items() if plain.endswith(forms)]
            claimed |= {(outcome, method, word) for method in METHODS if method in plain}
    assert claimed == set(table[["outcome", "method", "decision"]].itertuples(index=False, name=None))


def test_undecided_comparisons_on_which_all_seeds_agree_are_named(study):
    table = study.decisions.query("outcome == 'FD-cls'").assign(p=[0.0625, 0.0625, 0.0625, 0.125])
    assert unanimous(table) == [
        "Undecided, yet the same in all 5 seeds on digits, against gan: "
        "article and warm_start better in FD-cls; latent worse in FD-cls."
    ]
    assert unanimous(table.assign(decision="hurts")) == []
    assert unanimous(table.assign(n=1, p=1.0, smallest_p=1.0)) == []


@pytest.mark.parametrize(
    ("effect", "unit", "said"),
    [
        (1.0876, "decades", "1.09 decades better"),
        (-0.144, "fraction", "0.144 worse"),
        (0.0, "decades", "no difference"),
        (float("-inf"), "decades", "∞ decades worse"),
        (float("nan"), "decades", "no shared seed"),
    ],
)
def test_direction_needs_no_sign(effect, unit, said):
    assert direction(effect, unit) == said


def test_glance_names_the_data_set_only_where_there_are_several(study):
    assert glance(study)[0] == ["healthy generators", "gradient decay", "FD-cls", "arithmetic"]
    several = dataclasses.replace(study, datasets=("digits", "colours"))
    assert glance(several)[0][1] == "gradient decay · digits"


def test_divergence_counts_runs_not_networks(study):
    assert divergence(study.verdicts).startswith("1 of 25 runs diverged: 1 of latent on digits.")
    both = study.verdicts.assign(verdict="diverged").query("seed == 0")
    assert divergence(both).startswith("5 of 5 runs diverged: 1 of gan on digits, 1 of article")
    assert not divergence(study.verdicts.query("method == 'gan'"))


def test_thresholds_come_from_the_config():
    said = thresholds({"vanishing_decades": 1.0, "exploding_decades": 2.5, "depth_decades": 3.0, "window": 0.25})
    assert "at least 1 decade below the start" in said
    assert "at least 2.5 decades above the start" in said
    assert "first layer's at least 3 decades below the last layer's" in said
    assert "first layer's at least 3 decades above the last layer's" in said
    assert "1 decade lost since the peak, exploding at 2.5 decades gained" in said
    assert "last 25% of the probed steps" in said


def test_findings_give_the_interval(study):
    assert findings(study.decisions)[0] == (
        "gradient decay on digits: article (+1.8 decades, interval +1.1 to +2.4) and "
        "ebgan (+3.9 decades, interval +3.5 to +4.2) help; "
        "latent (−5.9 decades, interval −6.6 to −5.1) hurts; warm_start is undecided."
    )


def test_health_counts_seeds(study):
    assert health(study.verdicts) == [
        "Healthy generators on digits: gan 0 of 5, article 3 of 5, warm_start 1 of 5, latent 0 of 5 and ebgan 5 of 5."
    ]


@pytest.mark.parametrize(
    ("n", "smallest", "said"),
    [(5, 0.0625, "too few to fall below 0.05"), (10, 2 / 1024, "0.00195 at the smallest, 0.00391 after Holm")],
)
def test_caveat_says_what_n_can_reach(n, smallest, said):
    counted = {"n": n, "smallest_p": float("nan")}
    (sentence,) = caveats(
        pd.DataFrame([{"n": n, "smallest_p": smallest}, {"n": n, "smallest_p": smallest}, counted]), 0.05
    )
    assert sentence.startswith(f"{n} paired seeds can reach")
    assert said in sentence
