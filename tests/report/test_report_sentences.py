import dataclasses
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.report.sentences import (
    CLAUSES,
    caveats,
    divergence,
    findings,
    headline,
    health,
    seeds_needed,
    thresholds,
    unanimous,
)
from aegan.report.tables import direction, glance
from aegan.statistics.paired import smallest_p

METHODS = ("alpha", "bravo", "charlie", "delta")


@st.composite
def decisions(draw):
    """Random decision tables: every method, two outcomes, any decision."""
    rows = []
    for outcome in ("decay", "distance"):
        for method in draw(st.lists(st.sampled_from(METHODS), unique=True, min_size=1)):
            effect, word = draw(st.floats(-9, 9)), draw(st.sampled_from(list(CLAUSES)))
            rows.append(("digits", method, "gan", outcome, "decades", effect, effect - 1, effect + 1, 5, 1e-4, word))
    columns = [
        "dataset",
        "method",
        "baseline",
        "outcome",
        "unit",
        "effect",
        "low",
        "high",
        "n",
        "smallest_p",
        "decision",
    ]
    return pd.DataFrame(rows, columns=columns)


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


@given(decisions(), st.sampled_from([(), ("alpha",), METHODS]))
def test_headline_is_never_stronger_than_the_table(table, claimed):
    about = table[table["method"].isin(claimed)]
    own = about if len(about) else table
    sentence, words = headline(table, claimed, 0.05), own["decision"]
    helps = int((words == "helps").sum())
    assert sentence.startswith("Yes") == (helps == len(own))
    assert sentence.startswith("It depends") == (0 < helps < len(own))
    assert sentence.startswith("Undecided") == (words == "undecided").all()
    assert "cure" not in sentence
    assert f"of {len(own)} comparison" in sentence
    assert ("the claim under test" in sentence) == bool(len(about))
    if not (words == "undecided").all():
        counts = {word: int(found) for found, word in re.findall(r"(\d+) (?:came out )?as (\w+) \(", sentence)}
        assert counts == words.value_counts().to_dict()


def test_headline_without_comparisons():
    assert headline(pd.DataFrame({"decision": [], "baseline": []}), [], 0.05).startswith("No answer")


def test_headline_says_at_once_that_the_seeds_are_too_few(study):
    plain = headline(study.decisions, ["article"], 0.05).replace("\u00a0", " ")
    assert plain == (
        "Too few seeds to decide: with 5 paired seeds, none of 8 comparisons can reach p < 0.05 after Holm's "
        "correction; 9 seeds can (study.seeds: 0-8). So far, of 2 comparisons of article (the claim under test) with "
        "gan, 1 came out as helps (gradient decay) and 1 as undecided (FD-cls)."
    )


@given(st.integers(1, 500), st.sampled_from([0.01, 0.05, 0.1]))
def test_the_seeds_needed_are_enough_and_one_fewer_is_not(comparisons, alpha):
    n = seeds_needed(comparisons, alpha)
    assert comparisons * smallest_p(n) < alpha
    assert n == 2 or comparisons * smallest_p(n - 1) >= alpha


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
    assert glance(study)[0] == ["healthy generators", "gradient decay", "FD-cls"]
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
    (sentence,) = caveats(pd.DataFrame({"n": [n, n], "smallest_p": [smallest, smallest]}), 0.05)
    assert sentence.startswith(f"{n} paired seeds can reach")
    assert said in sentence
