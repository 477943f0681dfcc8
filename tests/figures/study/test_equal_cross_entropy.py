"""Gradients over steps and, beside them, over the held-out cross-entropy."""

import numpy as np
import pandas as pd
import pytest

from aegan.figures.study.equal_cross_entropy import SPEC, draw, read_paths

FALLING, NORMS = [1.4, 1.0, 0.1, 0.01], [4.0, 3.0, 2.0, 1.0]


@pytest.fixture(scope="module")
def pair(make_probe):
    """A role before which the discriminator is ten times slower; its gradient at an equal cross-entropy is the same."""
    slow = [1.4, 1.4, 1.0, 0.1], [4.0, 4.0, 3.0, 2.0]
    return make_probe({("gan", seed): (FALLING, NORMS) for seed in (0, 1)} | {("role", seed): slow for seed in (0, 1)})


def lines_of(axes, method):
    (line,) = [line for line in axes.lines if line.get_label() == method]
    return list(zip(line.get_xdata(), line.get_ydata(), strict=True))


def test_methods_that_differ_only_in_pace_lie_on_one_another(pair, titles):
    figure = draw(pair, ["gan", "role"])
    over_steps, over_entropy = figure.axes
    assert lines_of(over_steps, "gan") == list(zip([0, 1, 10, 100], NORMS, strict=True))
    assert lines_of(over_steps, "role")[1] == (1, 4.0)
    assert lines_of(over_entropy, "gan") == list(zip(FALLING, NORMS, strict=True))
    assert set(lines_of(over_entropy, "role")) < set(lines_of(over_entropy, "gan"))
    left, right = over_entropy.get_xlim()
    assert left > max(FALLING)  # guessing on the left
    assert right < min(FALLING)
    assert over_steps.get_ylim() == over_entropy.get_ylim()
    assert titles(figure)[0] == "over the discriminator's steps"


def test_looks_at_the_cross_entropy_alone_are_not_drawn(pair):
    dense = pair[(pair["quantity"] == "held_out_cross_entropy") & (pair["step"] == 10)].assign(step=50, value=0.05)
    pd.testing.assert_frame_equal(read_paths(pd.concat([pair, dense])), read_paths(pair))


def test_kinds_of_fakes_are_apart_and_a_method_without_one_is_drawn_beside(pair, make_probe, words):
    samples = make_probe({("role", 0): (FALLING, [9.0, 8.0, 7.0, 6.0])}, fakes="samples")
    table = read_paths(pd.concat([pair, samples])).set_index(["against", "method", "seed"]).sort_index()
    assert table.loc[("training", "role", 0), "value"].tolist() == [4.0, 4.0, 3.0, 2.0]
    assert table.loc[("samples", "role", 0), "value"].tolist() == [9.0, 8.0, 7.0, 6.0]
    assert table.loc[("samples", "gan", 0), "value"].tolist() == NORMS
    figure = draw(pd.concat([pair, samples]), ["gan", "role"])
    assert len(figure.axes) == 4
    assert "against samples" in words(figure)


def test_a_gradient_of_zero_is_marked_at_the_edge(make_probe, words):
    figure = draw(make_probe({("gan", 0): (FALLING, [1.0, 0.1, 0.01, 0.0])}), ["gan"])
    marks = [[line.get_xdata()[0] for line in axes.lines if line.get_marker() == "v"] for axes in figure.axes]
    assert marks == [[100], [0.01]]
    assert "zero in a seed" in words(figure)


def test_the_last_stage_is_drawn(pair, make_probe):
    first = make_probe({("gan", 0): (FALLING, [9.0] * 4), ("role", 0): (FALLING, [9.0] * 4)}, stage=1)
    assert set(read_paths(pd.concat([first, pair]))["stage"]) == {5}


def test_a_run_that_stopped_before_the_last_stage_is_marked(pair, make_probe):
    late = make_probe({("gan", 0): (FALLING, NORMS), ("role", 0): (FALLING, NORMS), ("role", 1): (FALLING, NORMS)}, 9)
    over_steps, over_entropy = draw(pd.concat([pair, late]), ["gan", "role"]).axes
    crosses = [
        [line.get_xdata()[0] for line in own.lines if line.get_marker() == "x"] for own in (over_steps, over_entropy)
    ]
    assert crosses == [[0], []]


def test_methods_without_log_odds_are_not_drawn(pair, words):
    none = pair[pair["quantity"] == "minimax_gradient_norm"].assign(quantity="own_gradient_norm")
    assert "log-odds" in words(draw(none, ["gan", "role"]))


def test_the_alternative_text_quotes_both_ends(pair):
    class Study:
        probe = pair

    assert "gan on digits from 4 at 1.4 to 1 at 0.01; role on digits from 4 at 1.4 to 2 at 0.1" in SPEC.describe_study(
        Study
    )


@pytest.mark.parametrize("value", [0.0, np.inf, np.nan])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert draw(small.probe.assign(value=value), small.methods).axes
