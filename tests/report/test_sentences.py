import re
import runpy
from pathlib import Path

import pytest
from hypothesis import given

from aegan.report.sentences import (
    CLAUSES,
    describe_comparisons,
    describe_divergence,
    describe_stability,
    describe_unanimous_comparisons,
    format_effect,
)

RANDOM = runpy.run_path(str(Path(__file__).with_name("random_decisions.py")))
METHODS, decisions = RANDOM["METHODS"], RANDOM["decisions"]


@given(decisions())
def test_findings_claim_exactly_what_the_table_says(table):
    sentences = describe_comparisons(table)
    kinds = table["family"].where(table["differs"] == "", "not evidence about the role")
    assert len(sentences) == len(set(zip(table["outcome"], kinds, strict=True)))
    claimed = set()
    for sentence in sentences:
        where, _, clauses = sentence.partition(" on digits, against gan: ")
        family, _, outcome = where.rpartition(": ")
        for clause in clauses.rstrip(".").split("; "):
            plain = re.sub(r"\([^)]*\)", "", clause)
            (word,) = [word for word, forms in CLAUSES.items() if plain.endswith(forms)]
            claimed |= {(family.lower() or "primary", outcome, m, word) for m in METHODS if m in plain}
    rows = table.assign(kind=kinds)[["kind", "outcome", "method", "decision"]]
    assert claimed == set(rows.itertuples(index=False, name=None))


def test_undecided_comparisons_on_which_all_seeds_agree_are_named(study):
    table = study.decisions.query("outcome == 'FD-cls'").assign(p=[0.0625, 0.0625, 0.0625, 0.125])
    assert describe_unanimous_comparisons(table) == [
        "Undecided, yet the same in all 5 seeds on digits, against gan: "
        "article and warm_start better in FD-cls; latent worse in FD-cls."
    ]
    assert describe_unanimous_comparisons(table.assign(decision="hurts")) == []
    assert describe_unanimous_comparisons(table.assign(n=1, p=1.0)) == []
    assert describe_unanimous_comparisons(table.assign(n=6, tied=1, smallest_p=0.0625)) == []  # one tells nothing


def test_divergence_counts_runs_not_networks(study):
    assert describe_divergence(study.verdicts).startswith("1 of 25 runs diverged: 1 of latent on digits.")
    both = study.verdicts.assign(verdict="diverged").query("seed == 0")
    assert describe_divergence(both).startswith("5 of 5 runs diverged: 1 of gan on digits, 1 of article")
    assert not describe_divergence(study.verdicts.query("method == 'gan'"))


def test_findings_give_the_interval(study):
    assert describe_comparisons(study.decisions)[0] == (
        "gradient decay on digits, against gan: article (+1.8 decades, interval +1.1 to +2.4) and "
        "ebgan (+3.9 decades, interval +3.5 to +4.2) help; "
        "latent (−5.9 decades, interval −6.6 to −5.1) hurts; warm_start is undecided."
    )


def test_every_baseline_is_named_with_its_own_methods(study):
    rows = study.decisions.query("outcome == 'gradient decay'")
    mixed = rows.assign(baseline=["gan", "gan_r1", "gan", "gan_r1"])  # of article, warm_start, latent, ebgan
    first, second = describe_comparisons(mixed)
    assert re.findall(r"\b(?:article|warm_start|latent|ebgan)\b", first) == ["article", "latent"]
    assert first.startswith("gradient decay on digits, against gan: article (+1.8")
    assert second.startswith("gradient decay on digits, against gan_r1: ebgan (+3.9")


def test_health_counts_seeds(study):
    assert describe_stability(study.verdicts) == [
        "Generators that all probes call stable on digits: gan 0 of 5, article 3 of 5, warm_start 1 of 5, latent 0 of "
        "5 and ebgan 5 of 5."
    ]


@pytest.mark.parametrize(
    ("effect", "unit", "words"),
    [
        (1.0876, "decades", "1.09 decades better"),
        (-0.144, "fraction", "0.144 worse"),
        (0.0, "decades", "no difference"),
        (float("-inf"), "decades", "worse by more than could be measured"),
        (float("nan"), "decades", "no pair that tells"),
    ],
)
def test_an_effect_needs_no_sign(effect, unit, words):
    assert format_effect(effect, unit) == words
