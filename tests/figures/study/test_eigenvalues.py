"""Eigenvalues of the Jacobian: every eigenvalue is drawn, and lost seeds are counted."""

import numpy as np
import pandas as pd
import pytest

from aegan.figures.study.eigenvalues import describe, draw, pair_eigenvalues

INF, NAN = np.inf, np.nan


def dynamics(values, quantity="eigenvalue", stage=9):
    """Turn (method, seed) -> complex eigenvalues into a table."""
    rows = [
        ("digits", method, seed, stage, f"{quantity}_{part}", index, getattr(value, part[:4]))
        for (method, seed), spectrum in values.items()
        for index, value in enumerate(spectrum)
        for part in ("real", "imaginary")
    ]
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "stage", "quantity", "index", "value"])


def points(axes, *collections):
    return {complex(*pair) for number in collections or [0] for pair in axes.collections[number].get_offsets()}


def test_every_eigenvalue_of_every_seed_stands_in_its_plane():
    values = {("a", 0): [1 + 2j, 1 - 2j], ("a", 1): [3 + 0j], ("b", 0): [-1 + 1j, -1 - 1j]}
    figure = draw(dynamics(values), ["a", "b"])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b"]
    assert points(figure.axes[0]) == {1 + 2j, 1 - 2j, 3 + 0j}
    assert points(figure.axes[1]) == {-1 + 1j, -1 - 1j}
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    upright = figure.axes[0].lines[0]
    assert upright.get_xdata() == [0, 0]
    assert figure.axes[0].get_xscale() == "linear"


def test_rings_mark_the_fastest_rotation_of_each_seed_even_outside_the_largest():
    largest = dynamics({("a", 0): [9 + 0j, 8 + 0j], ("a", 1): [7 + 0j], ("b", 0): [6 + 0j]})
    fastest = dynamics({("a", 0): [0.8 + 0.7j], ("a", 1): [complex(NAN, NAN)], ("b", 0): [0j]}, "rotation")
    figure = draw(pd.concat([largest, fastest]), ["a", "b"])
    assert points(figure.axes[0], 1, 2) == {0.8 + 0.7j, 0.8 - 0.7j}
    assert points(figure.axes[1], 1, 2) == set(), "nothing rotates"
    assert "0 off the real axis, 0 repelling, fastest rotation 0.7" in describe(pd.concat([largest, fastest]))


def test_the_last_stage_is_shown_and_lost_seeds_are_counted():
    early = dynamics({("a", 0): [5 + 5j], ("a", 1): [6 + 6j]}, stage=1)
    late = dynamics({("a", 0): [1 + 1j, complex(NAN, NAN)]}, stage=9)
    table = pd.concat([early, late])
    axes = draw(table, ["a"]).axes[0]
    assert points(axes) == {1 + 1j}
    assert [text.get_text() for text in axes.texts] == ["2 lost"]
    assert len(pair_eigenvalues(table)) == 3


def test_the_study_s_planes_hold_its_table(study):
    figure = draw(study.dynamics, study.methods)
    last = study.dynamics.query("stage == 2000").sort_values(["seed", "index"])
    for axes, method in zip(figure.axes, study.methods, strict=True):
        own = last[last["method"] == method]
        parts = [own[own["quantity"] == f"eigenvalue_{part}"]["value"].to_numpy() for part in ("real", "imaginary")]
        assert points(axes) == set(parts[0] + 1j * parts[1])
        share = own[own["quantity"] == "symplectic_share"]["value"].median()
        assert f"‖A‖ / ‖S‖ {share:.3g}" in axes.get_xlabel()
    assert figure.axes[0].get_xscale() == "symlog"


@pytest.mark.parametrize("value", [0.0, INF, NAN])
def test_tables_without_a_number_can_be_drawn(value, small):
    assert len(draw(small.dynamics.assign(value=value), small.methods).axes) >= 2
