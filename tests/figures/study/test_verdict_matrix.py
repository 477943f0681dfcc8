"""Verdicts: no seed is lost."""

from itertools import pairwise

import pandas as pd

from aegan.figures.study.verdict_matrix import count_verdicts, draw


def test_verdict_counts_lose_no_seed(study, words):
    counts = count_verdicts(study.verdicts)
    assert counts[["stable", "vanishing", "exploding", "diverged"]].to_numpy().sum() == len(study.verdicts)
    assert words(draw(study.verdicts, study.methods)).count("5 stable") == 6  # 5 discriminators, ebgan


def test_verdicts_that_are_all_the_same_are_a_sentence_and_no_figure(study):
    assert draw(study.verdicts.assign(verdict="diverged"), study.methods).reason == (
        "every network of every run is diverged"
    )


def test_no_word_leaves_its_bar_and_no_title_runs_into_the_next(study):
    names = ["generator", "discriminator", "code_discriminator", "generator, fresh discriminator", "encoder", "prior"]
    many = pd.concat([study.verdicts.assign(network=name) for name in names])
    figure = draw(many, study.methods)
    figure.draw_without_rendering()
    for axes in figure.axes:
        bars = [patch.get_window_extent() for patch in axes.patches]
        words = [own for own in axes.texts if own.get_text() != "–"]
        assert len(bars) == len(words)
        for word, bar in zip(words, bars, strict=True):
            assert not word.get_text() or word.get_window_extent().width <= bar.width
    titles = [axes.title.get_window_extent() for axes in figure.axes[: len(names)]]
    assert all(one.x1 <= other.x0 for one, other in pairwise(titles))
