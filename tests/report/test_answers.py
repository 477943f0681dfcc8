import re
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given

from aegan.analysis.baselines import describe_role_options
from aegan.games.roles import ROLES
from aegan.registry import options
from aegan.report.answers import CLAIMED_ROLE, NO_PRIMARY, NOT_ASKED, VERBS, answer_study

RANDOM = runpy.run_path(str(Path(__file__).with_name("random_decisions.py")))
COLUMNS, decisions = RANDOM["COLUMNS"], RANDOM["decisions"]
OPENINGS = ("Help shown", "Help shown in part", "Undecided", "Undecided in part", "No help shown")


@given(decisions())
def test_answers_are_never_stronger_than_the_primary_rows(table):
    primary = table[(table["family"] == "primary") & (table["differs"] == "")]
    asked = primary[(primary["role"] != "none") & primary["about"].isin(["vanishing", "explosion"])]
    groups = dict(iter(asked.groupby("regulariser", sort=False)))
    found = [sentence for sentence in answer_study(table, 0.05) if sentence.partition(": ")[0] in OPENINGS]
    assert len(found) == len(groups)
    for sentence in found:
        opening, _, rest = sentence.partition(": ")
        by = re.search(r" regularised by (\w+)", rest)
        own = groups[by[1] if by else "none"]
        words = set(own["decision"].mask(own["shallow"] & (own["decision"] == "equivalent"), "undecided"))
        assert (opening == "Help shown") == (words == {"helps"})
        assert (opening == "Help shown in part") == ("helps" in words and len(words) > 1)
        assert (opening == "Undecided") == (words == {"undecided"})
        assert (opening == "No help shown") == (words <= {"equivalent", "hurts"})
        assert f" of {len(own)} primary comparison" in rest
        counts = {
            word: int(count[1]) for word, verb in VERBS.items() if (count := re.search(rf"{verb} in (\d+)", rest))
        }
        assert counts == own["decision"].value_counts().to_dict()
        assert "cure" not in sentence.removesuffix("too shallow to tell of a cure.")


@given(decisions())
def test_every_primary_comparison_is_named_with_its_decision_and_no_other_is(table):
    primary = table[(table["family"] == "primary") & (table["differs"] == "")]
    headings = {"Helps": "helps", "Hurts": "hurts", "Equivalent": "equivalent", "Undecided, because": "undecided"}
    named = set()
    for sentence in answer_study(table, 0.05)[1:]:
        for heading, word in headings.items():
            if sentence.startswith(heading):
                for pair in sentence.partition(": ")[2].split("; "):
                    method, outcomes = re.match(r"(\w+) against gan on digits in (.*)", pair).groups()
                    named |= {
                        (method, outcome, word) for outcome in ("decay", "burst", "distance") if outcome in outcomes
                    }
    assert named == set(primary[["method", "outcome", "decision"]].itertuples(index=False, name=None))


def test_without_comparisons_or_without_primary_ones_there_is_no_finding(study):
    assert answer_study(pd.DataFrame(columns=COLUMNS), 0.05) == [
        "No answer: this study compared nothing with a baseline."
    ]
    first, others = answer_study(study.decisions.assign(family="secondary"), 0.05)
    assert first == NO_PRIMARY
    assert others == "No part of this finding: 12 secondary comparisons."


def test_a_comparison_of_unequal_networks_never_enters_the_finding(study):
    """Whatever its family and decision, it is counted apart."""
    unequal = study.decisions.assign(differs="the discriminator sees codes", decision="helps")
    first, others = answer_study(unequal, 0.05)
    assert first == NO_PRIMARY
    assert others == "No part of this finding: 12 comparisons of methods that differ in more than the role."
    # as read from a CSV, where an empty text is missing
    assert answer_study(study.decisions.assign(differs=float("nan")), 0.05) == answer_study(study.decisions, 0.05)


def test_answers_by_hand(study):
    answered = answer_study(study.decisions, 0.05)
    assert [sentence.replace("\u00a0", " ") for sentence in answered] == [
        "Help shown in part: with 5 paired seeds on digits, an autoencoder helps in 2 of 4 primary comparisons with a "
        "plain GAN's gradients, hurts in 1 and remains undecided in 1.",
        "Too few seeds to decide: with 5 paired seeds, none of 4 primary comparisons can reach p < 0.05 after Holm's "
        "correction; 8 seeds can (study.seeds: 0-7).",
        "Helps: article against gan on digits in gradient decay (1.8 decades better); ebgan against gan on digits in "
        "gradient decay (3.9 decades better).",
        "Hurts: latent against gan on digits in gradient decay (5.9 decades worse).",
        "Undecided, because these data cannot tell: warm_start against gan on digits in gradient decay.",
        "No part of this finding: 8 secondary comparisons.",
    ]


def test_the_plain_question_comes_first_and_each_regulariser_has_its_own(study):
    rows = study.decisions.query("about == 'vanishing'").assign(smallest_p=1e-4)
    article = rows.query("method == 'article'")
    under = article.assign(method="article_r1", baseline="gan_r1", regulariser="r1", decision="equivalent", n=7)
    answered = answer_study(pd.concat([under, under.assign(outcome="overlap", n=9), article]), 0.05)
    assert answered[:2] == [
        "Help shown: with 5 paired seeds on digits, the article's scheme without a regulariser helps in 1 of 1 primary "
        "comparison with a plain GAN's gradients.",
        "No help shown: with 7 to 9 paired seeds on digits, the article's scheme regularised by r1 is equivalent in 2 "
        "of 2 primary comparisons with a plain GAN's gradients.",
    ]


def test_a_role_against_another_role_does_not_answer_whether_an_autoencoder_helps(study):
    """That reconstruction beats warm_start says nothing about a plain GAN, also if warm_start is compared with none."""
    rows = study.decisions.query("about == 'vanishing' and method == 'article'").assign(smallest_p=1e-4)
    against = rows.assign(baseline="warm_start", baseline_role="warm_start")
    first, listed = answer_study(against, 0.05)
    assert first == NOT_ASKED
    assert listed.startswith("Helps: article against warm_start on digits in gradient decay")


@pytest.mark.parametrize("changed", ["decoder: fresh, prior: fitted", "decoder: trained, prior: fitted, weight: 0.0"])
def test_an_ablation_is_not_called_the_article_s_scheme(study, changed):
    rows = study.decisions.query("about == 'vanishing' and method == 'article'").assign(smallest_p=1e-4)
    assert "on digits, the article's scheme helps" in answer_study(rows, 0.05)[0]
    ablated = rows.assign(method="ablation", role_options=changed)
    for table in (ablated, pd.concat([rows, ablated])):
        assert "on digits, an autoencoder helps" in answer_study(table, 0.05)[0]


def test_the_article_s_scheme_is_the_role_with_its_defaults():
    role, described = CLAIMED_ROLE
    defaults = options(ROLES, {"name": role})
    assert describe_role_options({"role": {"name": role} | {k: v for k, v in defaults.items() if v is not None}}) == (
        described
    )


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        (["equivalent"], "No harm shown"),
        (["equivalent", "helps"], "No harm shown"),
        (["hurts", "hurts"], "Harm shown"),
        (["hurts", "helps"], "Harm shown in part"),
        (["undecided", "helps"], "Undecided in part"),
        (["undecided", "undecided"], "Undecided"),
    ],
)
def test_low_precision_is_told_of_by_itself(study, words, opening):
    low = study.decisions.query("method == 'article' and about == 'vanishing'").assign(
        method="gan_bf16", role="none", regulariser="r1", precision="bf16", smallest_p=1e-4
    )
    answered = answer_study(pd.concat([low.assign(decision=word) for word in words]), 0.05)
    assert answered[0] == NOT_ASKED
    assert answered[1].startswith(f"{opening}: with 5 paired seeds on digits, bf16 ")


def test_replications_are_described_and_not_counted_as_no_part_of_the_finding(study):
    rows = study.decisions.query("about == 'vanishing' and method == 'article'").assign(smallest_p=1e-4)
    again = rows.assign(
        dataset="fashion", family="replication", decision="hurts", replicates="article against gan on digits"
    )
    answered = answer_study(pd.concat([rows, again]), 0.05)
    assert answered[-1] == "article against gan on digits helps in gradient decay: opposite on fashion (hurts)."
    assert not any(sentence.startswith("No part of this finding") for sentence in answered)


def test_the_finding_names_comparisons_with_tied_pairs(study):
    rows = study.decisions.query("about == 'vanishing'").assign(n=12, smallest_p=2.0**-11)
    assert not any("Tied" in sentence for sentence in answer_study(rows, 0.05))
    rows.loc[rows["method"] == "latent", ["tied", "smallest_p"]] = 3, 2.0**-8
    (sentence,) = (sentence for sentence in answer_study(rows, 0.05) if sentence.startswith("Tied pairs"))
    assert "3 of 12 of latent against gan on digits in gradient decay" in sentence
