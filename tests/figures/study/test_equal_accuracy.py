import numpy as np
import pandas as pd
import pytest

from aegan.figures.decomposition import FACTORS, decades, decomposition
from aegan.figures.laboratory import at_accuracy, equal_accuracy, probe_curves
from aegan.figures.stages import after, by_place, last_stage, stopped, stopped_before_last

NAN, INF = np.nan, np.inf


def probe(runs, stage=5, dataset="digits"):
    """Turn (method, seed) -> (accuracies, minimax norms) at steps 0, 1, 10, … into a table."""
    rows = [
        (dataset, method, seed, stage, [0, 1, 10, 100][place], network, "(all)", quantity, value)
        for (method, seed), curves in runs.items()
        for (network, quantity), values in zip(
            [("discriminator", "accuracy"), ("generator", "minimax_gradient_norm")], curves, strict=True
        )
        for place, value in enumerate(values)
    ]
    columns = ["dataset", "method", "seed", "stage", "step", "network", "layer", "quantity", "value"]
    return pd.DataFrame(rows, columns=columns)


def notes(axes):
    return [text.get_text() for text in axes.texts]


def test_stages_are_compared_by_place_and_lost_runs_are_found():
    short = probe({("a", 0): ([0.5], [1.0]), ("a", 1): ([0.5], [1.0])}, stage=10)
    long = probe({("a", 0): ([0.5], [1.0]), ("b", 0): ([0.5], [1.0])}, stage=20)
    table = pd.concat([short, long, probe({("b", 0): ([0.5], [1.0])}, stage=40)])
    assert stopped(table).to_numpy().tolist() == [["digits", "a", 1, 2.0]]
    assert stopped_before_last(table).to_numpy().tolist() == [["digits", "a", 1]]
    assert set(last_stage(table)["stage"]) == {20, 40}
    assert after(last_stage(table)) == "after 20 to 40 rounds"
    words, frames = zip(*by_place(table[table["quantity"] == "accuracy"]), strict=True)
    assert words == ("after 10 to 20 rounds", "after 20 to 40 rounds")
    assert frames[1].query("method == 'a' and seed == 1")["value"].isna().tolist() == [True]


@pytest.fixture(scope="module")
def curves(study):
    return probe_curves(study.probe, study.methods)


def test_probe_curves_draw_the_medians_of_every_stage_with_step_zero(study, curves):
    assert [axes.get_title(loc="left") for axes in curves.axes] == [
        "generator after 1 round",
        "generator after 100 rounds",
        "generator after 2000 rounds",
    ] * 4
    rows = study.probe.query("method == 'gan' and stage == 100 and quantity == 'minimax_gradient_norm'")
    expected = rows.groupby("step")["value"].median()
    (line,) = [line for line in curves.axes[1].lines if line.get_label() == "gan"]
    np.testing.assert_array_equal(line.get_xdata(), expected.index)
    np.testing.assert_array_equal(line.get_ydata(), expected)
    assert expected.index[0] == 0
    assert {axes.get_xscale() for axes in curves.axes} == {"symlog"}
    assert [axes.get_yscale() for axes in curves.axes[::3]] == ["log", "log", "log", "linear"]


def test_probe_curves_show_games_without_logits_under_their_own_loss_alone(study, curves):
    shown = [{line.get_label() for line in axes.lines if len(line.get_xdata())} for axes in curves.axes]
    assert shown[0] == set(study.methods) - {"ebgan"}
    assert shown[6] == {"ebgan"}


def test_probe_curves_mark_a_run_that_stopped_before_a_stage(study):
    lost = (study.probe["method"] == "gan") & (study.probe["seed"] == 4) & (study.probe["stage"] == 2000)
    rows = study.probe[~lost & (study.probe["quantity"] == "accuracy")]
    figure = probe_curves(rows, study.methods)
    crosses = [[line.get_xdata() for line in axes.lines if line.get_marker() == "x"] for axes in figure.axes[:3]]
    assert crosses == [[], [], [[0]]]


def test_gradients_are_read_where_accuracy_is_first_reached():
    runs = {
        ("a", 0): ([0.5, 0.95, 0.8, 0.99], [4.0, 3.0, 2.0, 1.0]),
        ("a", 1): ([0.5, 0.6, 0.7, 0.8], [4.0, 3.0, 2.0, 0.0]),
        ("b", 0): ([0.5, 0.6], [4.0, 3.0]),
    }
    table = at_accuracy(probe(runs)).set_index(["method", "seed", "goal"]).sort_index()[["step", "value"]]
    assert table.loc[("a", 0)].to_numpy().tolist() == [[1, 3.0], [100, 1.0], [100, 1.0]]
    assert table.loc[("a", 1, INF)].tolist() == [100, 0.0]
    assert table.loc[("a", 1)].isna().all(axis=1).tolist() == [True, True, False]
    assert table.loc[("b", 0)].isna().all(axis=None)  # it never came to the last step


def test_reading_at_accuracy_equals_a_search_by_hand(study):
    table = at_accuracy(study.probe).set_index(["method", "seed", "place", "goal"]).sort_index()
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


def test_equal_accuracy_draws_every_seed_and_says_what_it_cannot_draw():
    runs = {("a", seed): ([0.5, 0.9, 0.99, 1.0], [1.0, 0.1 + 0.1 * seed, 0.01, 0.001]) for seed in range(3)}
    runs |= {("b", seed): ([0.5, 0.6, 0.7, 0.7], [1.0, 1.0, 1.0, 0.0 if seed else NAN]) for seed in range(3)}
    table = probe(runs)
    ebgan = table[:1].assign(method="ebgan", quantity="own_gradient_norm", network="generator")
    figure = equal_accuracy(pd.concat([table, ebgan]), ["a", "b", "ebgan"])
    first, second, last = figure.axes
    points, bar = first.lines[:2]
    np.testing.assert_allclose(points.get_xdata(), [0.1, 0.2, 0.3])
    np.testing.assert_allclose(bar.get_xdata(), [0.2])
    assert notes(first) == ["step 1", "never reached", "no logits"]
    assert notes(second) == ["step 10", "never reached", "no logits"]
    assert notes(last) == ["", "1 lost · 2 zero", "no logits"]
    assert last.get_title(loc="left") == "at equal steps: 100"
    assert {axes.get_xlim() for axes in figure.axes} == {first.get_xlim()}


def test_a_median_of_zero_has_no_bar():
    runs = {("a", seed): ([0.5, 0.95], [1.0, value]) for seed, value in enumerate([0.0, 0.0, 0.5])}
    points, bar = equal_accuracy(probe(runs), ["a"]).axes[0].lines[:2]
    assert points.get_xdata().tolist() == [0.5]
    assert bar.get_xdata().tolist() == []


def test_equal_accuracy_counts_runs_that_stopped_before_a_stage():
    early = probe({("a", seed): ([0.5, 0.95], [1.0, 0.5]) for seed in range(2)}, stage=1)
    late = probe({("a", 0): ([0.5, 0.95], [1.0, 0.5])}, stage=2)
    figure = equal_accuracy(pd.concat([early, late]), ["a"])
    assert [notes(axes) for axes in figure.axes[:3]] == [["step 1"], ["never reached"], [""]]
    assert [notes(axes) for axes in figure.axes[3:]] == [["step 1 · 1 lost"], ["1 never · 1 lost"], ["1 lost"]]


def test_decades_are_those_between_the_peak_and_the_last_step(study):
    table = decades(study.probe)
    assert set(table["stage"]) == {2000}
    np.testing.assert_allclose(table[list(FACTORS)].sum(axis=1), table["total"], atol=1e-9)
    run = study.probe.query("stage == 2000 and method == 'gan' and seed == 3 and layer == '(all)'")
    for loss, pick in (("minimax", "max"), ("non_saturating", "min")):
        norms = run[run["quantity"] == f"{loss}_gradient_norm"].set_index("step")["value"]
        found = table.query("method == 'gan' and seed == 3 and loss == @loss")["total"].item()
        assert found == pytest.approx(np.log10(norms[4000] / norms.agg(pick)))


def test_bars_are_the_medians_stacked_by_sign_and_the_mark_is_the_total(study):
    figure = decomposition(study.probe, study.methods)
    typical = decades(study.probe).query("loss == 'minimax'").groupby("method")[[*FACTORS, "total"]].median()
    axes = figure.axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    for place, method in enumerate(["gan", "article", "warm_start", "latent"]):
        lengths = typical.loc[method, list(FACTORS)].to_numpy()
        own = bars[3 * place : 3 * place + 3]
        np.testing.assert_allclose([width for _, width in own], lengths)
        before = [sum(x for x in lengths[:i] if (x > 0) == (lengths[i] > 0)) for i in range(3)]
        np.testing.assert_allclose([start for start, _ in own], before, atol=1e-12)
    np.testing.assert_allclose(axes.lines[-1].get_xdata()[:4], typical.loc[list(study.methods[:4]), "total"])
    assert notes(axes)[-1] == "no logits"


def test_a_gradient_that_ends_at_zero_is_minus_infinity_and_drawn_to_the_edge(study):
    dead = (study.probe["method"] == "gan") & (study.probe["step"] == 4000)
    dead &= study.probe["quantity"].isin(["minimax_slope", "minimax_gradient_norm"])
    table = study.probe.assign(value=study.probe["value"].mask(dead, 0.0))
    assert decades(table).query("method == 'gan' and loss == 'minimax'")["slope"].eq(-INF).all()
    axes = decomposition(table, study.methods).axes[0]
    assert axes.patches[0].get_width() < axes.get_xlim()[0]
    assert axes.lines[-1].get_xdata()[0] == axes.get_xlim()[0]
    assert notes(axes)[0] == "−∞ · 5 zero"


def test_decades_keep_runs_that_are_nan_or_stopped(study):
    gone = (study.probe["method"] == "gan") & (study.probe["seed"] == 4) & (study.probe["stage"] == 2000)
    table = study.probe.assign(value=study.probe["value"].mask(study.probe["method"] == "latent"))[~gone]
    assert decades(table).query("loss == 'minimax'").groupby("method")["total"].count().to_dict() == {
        "gan": 4,
        "article": 5,
        "warm_start": 5,
        "latent": 0,
    }
    words = notes(decomposition(table, study.methods).axes[0])
    assert words[0].endswith("· 1 lost")
    assert words[3] == "5 lost"


@pytest.mark.parametrize("value", [0.0, INF, NAN])
@pytest.mark.parametrize("draw", [probe_curves, equal_accuracy, decomposition])
def test_tables_without_a_number_can_be_drawn(draw, value, small):
    assert len(draw(small.probe.assign(value=value), small.methods).axes) >= 2
