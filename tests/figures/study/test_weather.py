import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from aegan.figures.depth import COLOURS, LOST, ZERO, by_layer, depth_profile, moments, weather, weather_map
from aegan.figures.style import to_svg

INF, NAN = np.inf, np.nan
COLUMNS = ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]


def history(seeds, method="gan", network="generator"):
    """Turn seed -> layer -> values over steps 0, 10, … into a table of gradient norms."""
    rows = [
        ("digits", method, seed, 10 * place, network, layer, "gradient_norm", value)
        for seed, layers in enumerate(seeds)
        for layer, values in layers.items()
        for place, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


def test_layers_keep_the_order_of_the_network():
    rows = history([{"dense2": [1.0], "dense10": [2.0], "a": [3.0]}])
    assert list(by_layer(rows).index.unique("layer")) == ["dense2", "dense10", "a"]


def test_a_cell_is_the_median_seed_and_what_is_lost_counts_as_infinite():
    seeds = [{"a": [1.0, 0.0, NAN, 4.0]}, {"a": [2.0, 0.0, NAN, 5.0]}, {"a": [9.0, 1.0, 6.0]}]
    one = weather_map(history(seeds), "gan")
    assert one.medians.loc["a"].tolist() == [2.0, 0.0, INF, 5.0]
    found = set(one.marks.itertuples(index=False, name=None))
    assert found == {("a", 10, "zero"), ("a", 20, "lost")}  # the third seed stops at step 20
    half = weather_map(history([{"a": [1.0, NAN]}, {"a": [1.0, 2.0]}]), "gan")
    assert half.medians.loc["a"].tolist() == [1.0, INF]


def test_weather_paints_the_medians_on_one_scale(study):
    norms = study.gradients.query("quantity == 'gradient_norm' and layer != '(all)' and method != 'latent'")
    figure = weather(norms, ["gan", "article", "warm_start", "ebgan"])
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


def test_weather_has_a_colour_and_a_mark_for_zero_and_for_what_is_not_finite():
    seeds = [{"a": [1.0, 0.0, 0.0, INF, NAN], "b": [1.0, 0.0, 1.0, 1.0, 1.0]}] * 2 + [{"a": [1.0] * 5, "b": [0.1] * 5}]
    figure = weather(history(seeds), ["gan"])
    axes, picture = figure.axes[0], figure.axes[0].images[0].get_array()
    assert [tuple(picture[0, step]) == to_rgba(ZERO) for step in range(5)] == [False, True, True, False, False]
    assert [tuple(picture[0, step]) == to_rgba(LOST) for step in range(5)] == [False, False, False, True, True]
    drawn = {line.get_marker(): set(zip(*line.get_data(), strict=True)) for line in axes.lines}
    assert drawn == {"v": {(1, 0), (2, 0), (1, 1)}, "^": {(3, 0)}, "x": {(4, 0)}}
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["zero", "not finite", "zero in a seed", "infinite", "NaN or stopped"]


def test_weather_shows_generators_above_discriminators_and_a_shorter_run_as_a_shorter_map(study):
    rows = study.gradients[(study.gradients["method"] != "gan") | (study.gradients["step"] <= 500)]
    figure = weather(rows, ["gan", "ebgan"])
    heads = [text.get_text() for text in figure.texts]
    assert heads[0].startswith("generator · digits")
    assert heads[1].startswith("discriminator · digits")
    widths = [axes.images[0].get_array().shape[1] for axes in figure.axes[:4]]
    assert widths == [6, 20, 6, 20]
    assert {axes.get_xlim() for axes in figure.axes[:4]} == {(-0.5, 19.5)}


def test_weather_names_layers_again_where_a_method_has_others():
    rows = pd.concat([history([{"a": [1.0], "b": [1.0]}]), history([{"c": [1.0]}], "article")])
    figure = weather(rows, ["gan", "article"])
    assert [axes.yaxis.get_tick_params()["labelleft"] for axes in figure.axes[:2]] == [True, True]
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["c"]


def test_a_weather_map_of_deep_networks_and_long_runs_stays_small():
    rng = np.random.default_rng(0)
    steps = [history([{f"layer{i}": rng.lognormal(size=100) for i in range(30)}], f"m{j}") for j in range(2)]
    assert len(to_svg(weather(pd.concat(steps), ["m0", "m1"]))) < 60_000


def test_long_names_of_layers_leave_room_for_the_maps():
    names = [f"block{number}_0.branch.grouped_convolution" for number in range(3)]
    tables = [history([{(name + "x" * place): [1.0, 2.0] for name in names}], f"m{place}") for place in range(6)]
    figure = weather(pd.concat(tables), [f"m{place}" for place in range(6)])
    widths = [axes.get_position().width * figure.get_figwidth() for axes in figure.axes if axes.get_title(loc="left")]
    assert len(widths) == 6
    assert min(widths) >= 1


def test_moments_are_the_first_the_middle_and_the_last_step_and_keep_lost_seeds():
    table = moments(history([{"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}, {"a": [1.0, 7.0], "b": [4.0, 8.0]}]))
    assert table["at"].tolist() == [0] * 4 + [10] * 4 + [20] * 4
    end = table.query("moment == 'end'").set_index(["step", "seed"])["value"]
    assert end[-1, 0] == 3.0
    assert end[0, 0] == 6.0
    assert end[:, 1].isna().all()


@pytest.fixture(scope="module")
def profiles(study):
    return depth_profile(study.gradients, study.methods)


def test_profiles_draw_the_medians_over_layers(study, profiles):
    assert titles(profiles) == ["start: step 0", "middle: step 1k", "end: step 1.9k"] * 2
    rows = study.gradients.query("quantity == 'gradient_norm' and network == 'generator' and method == 'ebgan'")
    expected = rows[rows["step"] == 1900].groupby("layer")["value"].median()
    (line,) = [line for line in profiles.axes[2].lines if line.get_label() == "ebgan"]
    assert line.get_xdata().tolist() == [-3, -2, -1, 0]
    layers = ["linear1", "linear2", "linear3", "output"]
    np.testing.assert_allclose(line.get_ydata(), expected[layers])
    assert profiles.axes[0].get_yscale() == "log"


def test_profiles_mark_zeros_and_seeds_that_stopped(profiles):
    end = profiles.axes[2]
    drawn = {(line.get_marker(), line.get_color()) for line in end.lines if line.get_linestyle() == "None"}
    assert {marker for marker, _ in drawn} == {"v", "x"}
    zeros = [line for line in end.lines if line.get_marker() == "v"]
    assert len({line.get_ydata()[0] for line in zeros}) == len(zeros)  # no method's marks hide another's


def test_a_network_of_one_layer_is_a_dot():
    figure = depth_profile(history([{"a": [1.0, 1.0]}, {"a": [1.0, 3.0]}]), ["gan"])
    (line,) = [line for line in figure.axes[2].lines if line.get_label() == "gan"]
    assert (line.get_marker(), line.get_ydata().tolist()) == ("o", [2.0])


@pytest.mark.parametrize("value", [0.0, INF, NAN])
def test_tables_without_a_number_can_be_drawn(small, value):
    table = small.gradients.assign(value=value)
    assert titles(weather(table, small.methods))[:2] == list(small.methods)
    assert len(depth_profile(table, small.methods).axes) == 6
