"""The summary counts what the decision table decides, endpoint by endpoint."""

import runpy
from pathlib import Path

import pandas as pd

from aegan.analysis.study_schema import PAIRS
from aegan.report.summary import count_decisions, summarise_study

make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]
REPORT = {"alpha": 0.05, "gradient_margin": 0.25}
NO_PAIRS = pd.DataFrame(columns=PAIRS)


def test_every_endpoint_and_the_replications_are_counted():
    primary = make_decisions(
        {
            ("reconstruction", "gan", "cure"): "equivalent",
            ("reconstruction", "gan", "fd"): "helps",
            ("reconstruction_r1", "gan_r1", "fd"): "undecided",
            ("reconstruction", "gan", "overlap"): "helps",
        }
    )
    replications = make_decisions({("reconstruction", "gan", "fd"): "hurts"}, "replication", "modes")
    answer, *others = summarise_study(pd.concat([primary, replications], ignore_index=True), NO_PAIRS, REPORT)
    assert answer.startswith("No help shown: with 12 paired seeds on digits")
    assert others == [
        "Beyond gradients: in FD-cls, 1 of 2 decided (the method helps in 1); in steps to a cross-entropy of 0.7, 1 of "
        "1 decided (the method helps in 1).",
        "Replications: 1 of 1 decided (the method hurts in 1).",
    ]


def test_a_study_without_primary_comparisons_is_summarised_as_such(study):
    (sentence,) = summarise_study(study.decisions.assign(family="secondary"), study.pairs, REPORT)
    assert sentence.startswith("No finding")


def test_counts_of_decisions_by_hand():
    words = ["helps", "helps", "hurts", "undecided", "equivalent"]
    names = ["reconstruction", "article", "latent", "decoded", "aae"]
    rows = make_decisions({(name, "gan", "fd"): word for name, word in zip(names, words, strict=True)})
    assert count_decisions(rows) == "4 of 5 decided (the method helps in 2, hurts in 1 and is equivalent in 1)"
    assert count_decisions(rows[rows["decision"] == "undecided"]) == "0 of 1 decided"
