import re
import runpy
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from aegan.report.answers import answer_study, count_seeds_needed
from aegan.statistics.paired import smallest_p

RANDOM = runpy.run_path(str(Path(__file__).with_name("random_decisions.py")))
COLUMNS, decisions = RANDOM["COLUMNS"], RANDOM["decisions"]


@given(decisions())
def test_answers_are_never_stronger_than_the_table(table):
    gradients = table[table["about"].isin(["vanishing", "explosion"])]
    plain, regularised = gradients[gradients["regulariser"] == "none"], gradients[gradients["regulariser"] != "none"]
    answered = 0
    for sentence in answer_study(table, 0.05):
        subject, _, rest = sentence.partition(": ")
        if subject == "The claim under test":
            own = plain[plain["role"] == "reconstruction"]
        elif subject == "An autoencoder's role":
            own = plain[plain["role"] != "none"]
            assert not (plain["role"] == "reconstruction").any()
        elif " beside " in subject:
            own = regularised[(regularised["role"] != "none") & (regularised["regulariser"] == subject.split()[-1])]
        elif subject.endswith(" alone"):
            own = regularised[(regularised["role"] == "none") & (regularised["regulariser"] == subject.split()[0])]
        else:
            assert not (regularised["role"] != "none").any()
            continue
        answered += len(own)
        words = set(own["decision"])
        opening = rest.partition(";")[0]
        assert (opening == "yes, in this study") == (words == {"helps"})
        assert (opening == "undecided") == (words == {"undecided"})
        assert (opening == "no help shown") == (words <= {"equivalent", "hurts"})
        assert (opening == "it depends") == ("helps" in words and len(words) > 1)
        assert f"of {len(own)} comparison" in rest
        counts = {word: int(found) for found, word in re.findall(r"(\d+) (?:came out )?as (\w+) \(", rest)}
        assert counts == own["decision"].value_counts().to_dict()
        assert "cure" not in sentence
    left_out = plain[plain["role"] == "none"], plain[~plain["role"].isin(["none", "reconstruction"])]
    claimed = (plain["role"] == "reconstruction").any()
    assert answered == len(gradients) - len(left_out[0]) - (len(left_out[1]) if claimed else 0)


def test_answers_without_comparisons():
    assert answer_study(pd.DataFrame(columns=COLUMNS), 0.05) == [
        "No answer: this study compared nothing with a baseline."
    ]


@given(decisions(smallest=0.06))
def test_what_too_few_seeds_cannot_decide_is_said_first(table):
    assert answer_study(table, 0.05)[0].startswith("Too few seeds to decide: with 5 paired seeds, none of ")


def test_answers_by_hand(study):
    first, second, third = answer_study(study.decisions, 0.05)
    assert first.replace("\u00a0", " ") == (
        "Too few seeds to decide: with 5 paired seeds, none of 8 comparisons can reach p < 0.05 after Holm's "
        "correction; 9 seeds can (study.seeds: 0-8)."
    )
    assert second == (
        "The claim under test: yes, in this study; of 1 comparison of article with gan in vanishing and exploding "
        "gradients, 1 came out as helps (gradient decay)."
    )
    assert third.endswith(
        "was not tested: study.methods has no comparison of a role under a regulariser, such as article_r1 with gan_r1."
    )


def test_what_is_left_under_a_regulariser_and_what_it_does_alone(study):
    under = study.decisions.query("method != 'ebgan'").assign(regulariser="r1", baseline="gan_r1")
    alone = study.decisions.query("method == 'ebgan'").assign(method="gan_r1", role="none", regulariser="r1")
    answered = answer_study(pd.concat([under, alone]).assign(smallest_p=1e-4), 0.05)
    assert answered == [
        "An autoencoder's role beside r1: it depends; of 3 comparisons of article, warm_start and latent with gan_r1 "
        "in vanishing and exploding gradients, 1 came out as helps (gradient decay), 1 as hurts (gradient decay) and 1 "
        "as undecided (gradient decay).",
        "r1 alone: yes, in this study; of 1 comparison of gan_r1 with gan in vanishing and exploding gradients, 1 came "
        "out as helps (gradient decay).",
    ]


@given(st.integers(1, 500), st.sampled_from([0.01, 0.05, 0.1]))
def test_the_seeds_needed_are_enough_and_one_fewer_is_not(comparisons, alpha):
    n = count_seeds_needed(comparisons, alpha)
    assert comparisons * smallest_p(n) < alpha
    assert n == 2 or comparisons * smallest_p(n - 1) >= alpha


def test_low_precision_is_told_of_by_itself(study):
    low = study.decisions.query("method == 'article'").assign(
        method="gan_bf16", role="none", regulariser="r1", precision="bf16", decision="equivalent", smallest_p=1e-4
    )
    alone = "bf16 alone: no harm shown; of 1 comparison of gan_bf16 with gan in vanishing and exploding gradients"
    (answered, unasked) = answer_study(low, 0.05)
    assert answered.startswith(alone)
    assert "was not tested" in unasked
    both = answer_study(pd.concat([study.decisions.assign(smallest_p=1e-4), low]), 0.05)
    assert both[0].startswith("The claim under test")
    assert both[1].startswith(alone)
    for words, opening in (
        (["hurts", "equivalent"], "harm shown"),
        (["undecided", "helps"], "undecided in part"),
        (["undecided", "undecided"], "undecided"),
        (["equivalent", "helps"], "no harm shown"),
        (["hurts", "helps"], "it depends"),
    ):
        answered = answer_study(pd.concat([low.assign(decision=word) for word in words]), 0.05)
        assert answered[0].startswith(f"bf16 alone: {opening}; of 2 comparisons")
