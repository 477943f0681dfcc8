"""Gradients at equal accuracy: every seed is drawn or counted."""

import numpy as np
import pandas as pd
import pytest

from aegan.figures.study.equal_accuracy import draw, read_at_accuracy

INF, NAN = np.inf, np.nan


def notes(axes):
    return [text.get_text() for text in axes.texts]


def test_gradients_are_read_where_accuracy_is_first_reached(make_probe):
    runs = {
        ("a", 0): ([0.5, 0.95, 0.8, 0.99], [4.0, 3.0, 2.0, 1.0]),
        ("a", 1): ([0.5, 0.6, 0.7, 0.8], [4.0, 3.0, 2.0, 0.0]),
        ("b", 0): ([0.5, 0.6], [4.0, 3.0]),
    }
    table = read_at_accuracy(make_probe(runs)).set_index(["method", "seed", "goal"]).sort_index()[["step", "value"]]
    assert table.loc[("a", 0)].to_numpy().tolist() == [[1, 3.0], [100, 1.0], [100, 1.0]]
    assert table.loc[("a", 1, INF)].tolist() == [100, 0.0]
    assert table.loc[("a", 1)].isna().all(axis=1).tolist() == [True, True, False]
    assert table.loc[("b", 0)].isna().all(axis=None)  # it never came to the last step


def test_reading_at_accuracy_equals_a_search_by_hand(study):
    table = read_at_accuracy(study.probe).set_index(["method", "seed", "place", "goal"]).sort_index()
    assert len(table) == 4 * 5 * 3 * 3
    rows = study.probe.query("layer == '(all)'")
    for (method, seed, stage), run in rows.groupby(["method", "seed", "stage"]):
        if method == "ebgan":
            continue
        curves = run.pivot_table(index="step", columns="quantity", values="value")
        for goal in (0.9, 0.99):
            good = curves[curves["accuracy"] >= goal]["minimax_gradient_norm"]
            found = table.loc[(method, seed, [1, 100, 2000].index(stage) + 1, goal)]
            expected = (good.index[0], good.iloc[0]) if len(good) else (NAN, NAN)
            np.testing.assert_array_equal((found["step"], found["value"]), expected)


def test_equal_accuracy_draws_every_seed_and_says_what_it_cannot_draw(make_probe):
    runs = {("a", seed): ([0.5, 0.9, 0.99, 1.0], [1.0, 0.1 + 0.1 * seed, 0.01, 0.001]) for seed in range(3)}
    runs |= {("b", seed): ([0.5, 0.6, 0.7, 0.7], [1.0, 1.0, 1.0, 0.0 if seed else NAN]) for seed in range(3)}
    table = make_probe(runs)
    ebgan = table[:1].assign(method="ebgan", quantity="own_gradient_norm", network="generator")
    figure = draw(pd.concat([table, ebgan]), ["a", "b", "ebgan"])
    first, second, last = figure.axes
    points, bar = first.lines[:2]
    np.testing.assert_allclose(points.get_xdata(), [0.1, 0.2, 0.3])
    np.testing.assert_allclose(bar.get_xdata(), [0.2])
    assert notes(first) == ["step 1", "never reached", "no logits"]
    assert notes(second) == ["step 10", "never reached", "no logits"]
    assert notes(last) == ["", "1 lost · 2 zero", "no logits"]
    assert last.get_title(loc="left") == "at equal steps: 100"
    assert {axes.get_xlim() for axes in figure.axes} == {first.get_xlim()}


def test_a_median_of_zero_has_no_bar(make_probe):
    runs = {("a", seed): ([0.5, 0.95], [1.0, value]) for seed, value in enumerate([0.0, 0.0, 0.5])}
    points, bar = draw(make_probe(runs), ["a"]).axes[0].lines[:2]
    assert points.get_xdata().tolist() == [0.5]
    assert bar.get_xdata().tolist() == []


def test_equal_accuracy_counts_runs_that_stopped_before_a_stage(make_probe):
    early = make_probe({("a", seed): ([0.5, 0.95], [1.0, 0.5]) for seed in range(2)}, stage=1)
    late = make_probe({("a", 0): ([0.5, 0.95], [1.0, 0.5])}, stage=2)
    figure = draw(pd.concat([early, late]), ["a"])
    assert [notes(axes) for axes in figure.axes[:3]] == [["step 1"], ["never reached"], [""]]
    assert [notes(axes) for axes in figure.axes[3:]] == [["step 1 · 1 lost"], ["1 never · 1 lost"], ["1 lost"]]


@pytest.mark.parametrize("value", [0.0, INF, NAN])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert len(draw(small.probe.assign(value=value), small.methods).axes) >= 2
