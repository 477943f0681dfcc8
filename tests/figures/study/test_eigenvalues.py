import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aegan.figures.dynamics import eigenvalues, path_angle, span, spectrum

NAN, INF = np.nan, np.inf


def dynamics(values, quantity="eigenvalue", stage=9):
    """Turn (method, seed) -> complex eigenvalues into a table."""
    rows = [
        ("digits", method, seed, stage, f"{quantity}_{part}", index, getattr(value, part[:4]))
        for (method, seed), spectrum in values.items()
        for index, value in enumerate(spectrum)
        for part in ("real", "imaginary")
    ]
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "stage", "quantity", "index", "value"])


def points(axes):
    return {complex(*pair) for pair in axes.collections[0].get_offsets()}


def test_every_eigenvalue_of_every_seed_stands_in_its_plane():
    values = {("a", 0): [1 + 2j, 1 - 2j], ("a", 1): [3 + 0j], ("b", 0): [-1 + 1j, -1 - 1j]}
    figure = eigenvalues(dynamics(values), ["a", "b"])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b"]
    assert points(figure.axes[0]) == {1 + 2j, 1 - 2j, 3 + 0j}
    assert points(figure.axes[1]) == {-1 + 1j, -1 - 1j}
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    upright = figure.axes[0].lines[0]
    assert upright.get_xdata() == [0, 0]
    assert figure.axes[0].get_xscale() == "linear"


def test_the_last_stage_is_shown_and_lost_seeds_are_counted():
    early = dynamics({("a", 0): [5 + 5j], ("a", 1): [6 + 6j]}, stage=1)
    late = dynamics({("a", 0): [1 + 1j, complex(NAN, NAN)]}, stage=9)
    table = pd.concat([early, late])
    axes = eigenvalues(table, ["a"]).axes[0]
    assert points(axes) == {1 + 1j}
    assert [text.get_text() for text in axes.texts] == ["2 lost"]
    assert len(spectrum(table)) == 3


def test_the_study_s_planes_hold_its_table(study):
    figure = eigenvalues(study.dynamics, study.methods)
    last = study.dynamics.query("stage == 2000").sort_values(["seed", "index"])
    for axes, method in zip(figure.axes, study.methods, strict=True):
        own = last[last["method"] == method]
        parts = [own[own["quantity"] == f"eigenvalue_{part}"]["value"].to_numpy() for part in ("real", "imaginary")]
        assert points(axes) == set(parts[0] + 1j * parts[1])
        share = own[own["quantity"] == "symplectic_share"]["value"].median()
        assert f"‖A‖ / ‖S‖ {share:.3g}" in axes.get_xlabel()
    assert figure.axes[0].get_xscale() == "symlog"


@settings(max_examples=40)
@given(st.lists(st.complex_numbers(max_magnitude=1e6, allow_nan=False), min_size=1))
def test_a_plane_reaches_every_eigenvalue(values):
    frame = pd.DataFrame({"real": [v.real for v in values], "imaginary": [v.imag for v in values]})
    reach, core = span(frame)
    assert np.isfinite(reach)
    assert core > 0
    assert (frame.abs() <= reach).all(axis=None)


def test_a_plane_is_logarithmic_where_few_eigenvalues_are_far_larger_than_the_rest():
    sizes = pd.DataFrame({"real": [1.0] * 9 + [1000.0], "imaginary": 0.0})
    assert span(sizes) == (2000.0, 1.0)
    assert span(sizes[:9])[1] == INF


def test_paths_draw_the_medians_over_their_places(study):
    figure = path_angle(study.dynamics, study.methods)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [*study.methods] * 2
    for axes, quantity in ((figure.axes[0], "path_angle"), (figure.axes[5], "path_norm")):
        rows = study.dynamics[(study.dynamics["method"] == "gan") & (study.dynamics["quantity"] == quantity)]
        expected = rows.groupby("index")["value"].median()
        line = axes.lines[0]
        np.testing.assert_allclose(line.get_xdata(), expected.index / 100)
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert figure.axes[0].get_ylim() == (-1.08, 1.08)
    assert figure.axes[5].get_yscale() == "log"


def test_paths_mark_a_run_that_stopped_before_the_last_stage(study):
    gone = (study.dynamics["method"] == "gan") & (study.dynamics["seed"] == 2) & (study.dynamics["stage"] == 2000)
    figure = path_angle(study.dynamics[~gone], ["gan", "latent"])
    crosses = [[line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "x"] for axes in figure.axes]
    assert crosses == [[[-0.5]], []] * 2


def test_a_zero_field_is_marked(small):
    table = small.dynamics.assign(value=small.dynamics["value"].mask(small.dynamics["quantity"] == "path_norm", 0.0))
    figure = path_angle(table, small.methods)
    assert "v" in {line.get_marker() for line in figure.axes[2].lines}


@pytest.mark.parametrize("value", [0.0, INF, NAN])
@pytest.mark.parametrize("draw", [eigenvalues, path_angle])
def test_tables_without_a_number_can_be_drawn(draw, value, small):
    assert len(draw(small.dynamics.assign(value=value), small.methods).axes) >= 2
