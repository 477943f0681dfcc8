"""Verdicts: no seed is lost."""

from aegan.figures.study.verdict_matrix import count_verdicts, draw


def test_verdict_counts_lose_no_seed(study, words):
    counts = count_verdicts(study.verdicts)
    assert counts[["stable", "vanishing", "exploding", "diverged"]].to_numpy().sum() == len(study.verdicts)
    assert words(draw(study.verdicts, study.methods)).count("5 stable") == 6  # 5 discriminators, ebgan
