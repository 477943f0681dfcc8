"""Heat maps of the gradient norm: colours are the medians, and nothing is left out."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from aegan.figures.study.weather import COLOURS, LOST, ZERO, compute_heat_map, draw
from aegan.figures.style import to_svg

INF, NAN = np.inf, np.nan


def test_a_cell_is_the_median_seed_and_what_is_lost_counts_as_infinite(make_history):
    seeds = [{"a": [1.0, 0.0, NAN, 4.0]}, {"a": [2.0, 0.0, NAN, 5.0]}, {"a": [9.0, 1.0, 6.0]}]
    one = compute_heat_map(make_history(seeds), "gan")
    assert one.medians.loc["a"].tolist() == [2.0, 0.0, INF, 5.0]
    found = set(one.marks.itertuples(index=False, name=None))
    assert found == {("a", 10, "zero"), ("a", 20, "lost")}  # the third seed stops at step 20
    half = compute_heat_map(make_history([{"a": [1.0, NAN]}, {"a": [1.0, 2.0]}]), "gan")
    assert half.medians.loc["a"].tolist() == [1.0, INF]


def test_weather_paints_the_medians_on_one_scale(study):
    norms = study.gradients.query("quantity == 'gradient_norm' and layer != '(all)' and method != 'latent'")
    figure = draw(norms, ["gan", "article", "warm_start", "ebgan"])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["linear1", "linear2", "linear3", "output"]
    medians = norms.groupby(["network", "method", "layer", "step"])["value"].median()
    kept = np.log10(medians[medians > 0])
    bar = figure.axes[-1]
    np.testing.assert_allclose(bar.images[0].get_extent()[:2], [kept.min(), kept.max()])
    for place, (network, method) in enumerate([("generator", "gan"), ("generator", "article")]):
        axes = figure.axes[place]
        values = np.array([medians[network, method, layer] for layer in ("linear1", "linear2", "linear3", "output")])
        share = (np.log10(np.where(values > 0, values, 1.0)) - kept.min()) / (kept.max() - kept.min())
        expected = np.where((values > 0)[..., None], mpl.colormaps[COLOURS](share), to_rgba(ZERO))
        np.testing.assert_allclose(axes.images[0].get_array(), expected, atol=0.01)
        assert axes.images[0].origin == "lower"


def test_weather_has_a_colour_and_a_mark_for_zero_and_for_what_is_not_finite(make_history):
    seeds = [{"a": [1.0, 0.0, 0.0, INF, NAN], "b": [1.0, 0.0, 1.0, 1.0, 1.0]}] * 2 + [{"a": [1.0] * 5, "b": [0.1] * 5}]
    figure = draw(make_history(seeds), ["gan"])
    axes, picture = figure.axes[0], figure.axes[0].images[0].get_array()
    assert [tuple(picture[0, step]) == to_rgba(ZERO) for step in range(5)] == [False, True, True, False, False]
    assert [tuple(picture[0, step]) == to_rgba(LOST) for step in range(5)] == [False, False, False, True, True]
    drawn = {line.get_marker(): set(zip(*line.get_data(), strict=True)) for line in axes.lines}
    assert drawn == {"v": {(1, 0), (2, 0), (1, 1)}, "^": {(3, 0)}, "x": {(4, 0)}}
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["zero", "not finite", "zero in a seed", "infinite", "NaN or stopped"]


def test_weather_shows_generators_above_discriminators_and_a_shorter_run_as_a_shorter_map(study):
    rows = study.gradients[(study.gradients["method"] != "gan") | (study.gradients["step"] <= 500)]
    figure = draw(rows, ["gan", "ebgan"])
    heads = [text.get_text() for text in figure.texts]
    assert heads[0].startswith("generator · digits")
    assert heads[1].startswith("discriminator · digits")
    widths = [axes.images[0].get_array().shape[1] for axes in figure.axes[:4]]
    assert widths == [6, 20, 6, 20]
    assert {axes.get_xlim() for axes in figure.axes[:4]} == {(-0.5, 19.5)}


def test_weather_names_layers_again_where_a_method_has_others(make_history):
    rows = pd.concat([make_history([{"a": [1.0], "b": [1.0]}]), make_history([{"c": [1.0]}], "article")])
    figure = draw(rows, ["gan", "article"])
    assert [axes.yaxis.get_tick_params()["labelleft"] for axes in figure.axes[:2]] == [True, True]
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["c"]


def test_a_weather_map_of_deep_networks_and_long_runs_stays_small(make_history):
    rng = np.random.default_rng(0)
    steps = [make_history([{f"layer{i}": rng.lognormal(size=100) for i in range(30)}], f"m{j}") for j in range(2)]
    assert len(to_svg(draw(pd.concat(steps), ["m0", "m1"]))) < 60_000


def test_long_names_of_layers_leave_room_for_the_maps(make_history):
    names = [f"block{number}_0.branch.grouped_convolution" for number in range(3)]
    tables = [make_history([{(name + "x" * place): [1.0, 2.0] for name in names}], f"m{place}") for place in range(6)]
    figure = draw(pd.concat(tables), [f"m{place}" for place in range(6)])
    widths = [axes.get_position().width * figure.get_figwidth() for axes in figure.axes if axes.get_title(loc="left")]
    assert len(widths) == 6
    assert min(widths) >= 1


@pytest.mark.parametrize("value", [0.0, INF, NAN])
def test_tables_without_a_number_can_be_drawn(small, value, titles):
    assert titles(draw(small.gradients.assign(value=value), small.methods))[:2] == list(small.methods)
