"""Forest plot: each decision in words."""

import numpy as np
import pandas as pd

from aegan.figures.families import FAMILIES
from aegan.figures.study.decision_forest import SPEC, describe, draw


def test_forest_says_each_decision_in_words(study, words):
    text = words(draw(study.decisions, study.methods))
    assert {word: text.count(word) for word in ("helps", "hurts", "undecided")} == {
        "helps": 2,
        "hurts": 5,  # latent, and all in the cost
        "undecided": 5,
    }


def test_every_row_names_its_own_baseline(study, words):
    named = study.decisions["method"].map(lambda name: f"plain_{name}")
    mixed = study.decisions.assign(baseline=named, family="primary")
    figure = draw(mixed, study.methods)
    for axes in figure.axes:
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert labels == [f"{name} against plain_{name}" for name in study.methods[1:]]
        assert "gan" not in axes.get_xlabel()
    assert "ebgan against plain_ebgan, FD-cls on digits: undecided" in describe(mixed)


def test_intervals_are_drawn_from_low_to_high(study):
    axes = draw(study.decisions.query("outcome == 'gradient decay'"), study.methods).axes[0]
    intervals = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 2.2]
    rows = study.decisions.query("outcome == 'gradient decay'")
    np.testing.assert_allclose(intervals, rows[["low", "high"]])


def test_what_is_infinite_stands_at_the_edge_and_what_was_not_tested_says_so(study, words):
    rows = study.decisions.query("outcome == 'gradient decay'").iloc[:2]
    rows = rows.assign(effect=[np.inf, np.nan], low=[0.5, -np.inf], high=np.inf, p_adjusted=[0.01, np.nan])
    figure = draw(rows, study.methods)
    (axes,) = figure.axes
    edge = axes.get_xlim()[1]
    ends = [line.get_xdata().tolist() for line in axes.lines if line.get_linewidth() == 2.2]
    assert ends == [[0.5, edge], [-edge, edge]]
    (mark, none) = [line.get_xdata()[0] for line in axes.lines if line.get_marker() not in ("None", None)]
    assert mark == edge
    assert np.isnan(none)
    assert "+∞ · p 0.01" in words(figure)
    assert "– · not tested" in words(figure)
    assert "number" not in words(figure)


def test_secondary_rows_those_that_are_no_evidence_and_two_baselines_are_told_apart(study):
    rows = study.decisions.query("outcome == 'FD-cls' and method != 'ebgan'")
    rows = rows.assign(differs=["", "", "smaller D"], family=["primary", "secondary", "secondary"])
    again = rows.iloc[:1].assign(baseline="warm_start")
    labels = [label.get_text() for label in draw(pd.concat([rows, again]), study.methods).axes[0].get_yticklabels()]
    assert labels == [
        "article against gan", "article against warm_start", "warm_start against gan (s)", "latent against gan (≠)",
    ]  # fmt: skip


def test_a_replication_is_marked_and_the_caption_explains_each_mark(study):
    rows = study.decisions.query("outcome == 'gradient decay'").assign(family="replication")
    labels = [label.get_text() for label in draw(rows, study.methods).axes[0].get_yticklabels()]
    assert all(label.endswith(" (r)") for label in labels)
    assert all(f"{family.mark.strip()}: " in SPEC.caption for family in FAMILIES.values() if family.mark)
