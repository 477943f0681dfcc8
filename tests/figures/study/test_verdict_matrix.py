"""Verdicts: no seed is lost."""

from aegan.figures.study.verdict_matrix import count_verdicts, draw


def test_verdict_counts_lose_no_seed(study, words):
    counts = count_verdicts(study.verdicts)
    assert counts[["stable", "vanishing", "exploding", "diverged"]].to_numpy().sum() == len(study.verdicts)
    assert words(draw(study.verdicts, study.methods)).count("5 stable") == 6  # 5 discriminators, ebgan


def test_verdicts_that_are_all_the_same_are_a_sentence_and_no_figure(study):
    assert draw(study.verdicts.assign(verdict="diverged"), study.methods).reason == (
        "every network of every run is diverged"
    )
