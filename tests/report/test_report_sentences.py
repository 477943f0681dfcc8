import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.report.sentences import CLAUSES, caveats, findings, headline, health

METHODS = ("alpha", "bravo", "charlie", "delta")


@st.composite
def decisions(draw):
    """Random decision tables: every method, two outcomes, any decision."""
    rows = []
    for outcome in ("decay", "distance"):
        for method in draw(st.lists(st.sampled_from(METHODS), unique=True, min_size=1)):
            effect, word = draw(st.floats(-9, 9)), draw(st.sampled_from(list(CLAUSES)))
            rows.append(("digits", method, "gan", outcome, "decades", effect, effect - 1, effect + 1, 5, 0.0625, word))
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


@given(decisions())
def test_headline_is_never_stronger_than_the_table(table):
    sentence, words = headline(table), table["decision"]
    helps, total = int((words == "helps").sum()), len(table)
    assert sentence.startswith("Yes") == (helps == total)
    assert sentence.startswith("It depends") == (0 < helps < total)
    assert sentence.startswith("Undecided") == (words == "undecided").all()
    assert "cure" not in sentence
    if 0 < helps < total:
        assert f"{helps} of {total}" in sentence
    if 0 < (words == "undecided").sum() < total:
        assert f"{(words == 'undecided').sum()} undecided" in sentence


def test_headline_without_comparisons():
    assert headline(pd.DataFrame({"decision": [], "baseline": []})).startswith("No answer")


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
    [(5, 0.0625, "no comparison can fall below 0.05"), (10, 2 / 1024, "0.00195 at the smallest, before Holm")],
)
def test_caveat_says_what_n_can_reach(n, smallest, said):
    (sentence,) = caveats(pd.DataFrame({"n": [n, n], "smallest_p": [smallest, smallest]}))
    assert sentence.startswith(f"{n} paired seeds can reach")
    assert said in sentence
