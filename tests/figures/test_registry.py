import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from aegan.figures.cost import cost_bars
from aegan.figures.decision_table import decision_table
from aegan.figures.decisions import decision_forest
from aegan.figures.facts import facts
from aegan.figures.images import mosaic
from aegan.figures.names import FIGURE_NAMES
from aegan.figures.quality import metric_name, quality_with_floor
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg
from aegan.figures.verdicts import verdict_counts, verdict_matrix

# These are drawn by the function that draws gradient_layers.
DISTINCT = [
    name
    for name in FIGURES
    if name not in ("update_ratio", "saturation", "dead_gradients", "rounding", "autoencoder_gradients")
]


@pytest.fixture(scope="module")
def smallest(build):
    study = build(methods=("gan",), seeds=[0], steps=1, slim=True)
    return study, {name: to_svg(FIGURES[name].draw(study)) for name in DISTINCT}


def words(figure):
    return words_in(to_svg(figure))


def words_in(svg):
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def test_the_names_known_to_the_workflow_are_those_of_the_catalogue():
    assert tuple(FIGURES) == FIGURE_NAMES


@pytest.mark.parametrize("name", DISTINCT)
def test_drawing_twice_gives_the_same_bytes(name, smallest):
    study, drawn = smallest
    assert to_svg(FIGURES[name].draw(study)) == drawn[name]


@pytest.mark.parametrize("name", FIGURES)
def test_an_empty_study_says_why_there_is_nothing(name, study):
    shown = {f.name: getattr(study, f.name) for f in dataclasses.fields(study)}
    empty = {key: value.iloc[:0] for key, value in shown.items() if isinstance(value, pd.DataFrame)}
    empty |= {key: {} for key in ("samples", "originals", "reconstructions", "worst", "exhibits")}
    bare = dataclasses.replace(study, **empty)
    assert "Nothing to show" in words(FIGURES[name].draw(bare))
    assert "{" not in FIGURES[name].alt.format_map(facts(bare))


def test_every_figure_of_the_smallest_study_can_be_drawn(smallest):
    _, drawn = smallest
    assert {name for name, svg in drawn.items() if "Nothing to show" in words_in(svg)} == {
        "decision_table",
        "decision_forest",
    }


def test_every_figure_of_two_data_sets_in_colour_can_be_drawn(build):
    shape = {"methods": ("gan", "latent"), "datasets": ("digits", "colours"), "seeds": [3, 7], "steps": 2}
    study = build(**shape, slim=True, colour=True)
    assert not [name for name in DISTINCT if "Nothing to show" in words(FIGURES[name].draw(study))]


def test_twelve_methods_without_labels_can_be_drawn(build):
    study = build(methods=("gan", *map(str, range(11))), seeds=[0, 1], steps=2, slim=True, labelled=False)
    for name in ("gradient_overview", "verdict_matrix", "cost"):
        shown = words(FIGURES[name].draw(study)).split()
        assert set(study.methods) <= set(shown)
    assert len(to_svg(FIGURES["latents"].draw(study))) > 10_000


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
@pytest.mark.parametrize("name", ["gradient_overview", "gradient_layers", "discriminator", "quality"])
def test_degenerate_values_can_be_drawn(name, value, smallest):
    study, _ = smallest
    tables = {key: getattr(study, key).assign(value=value) for key in ("gradients", "autoencoders", "quality")}
    assert "gan" in words(FIGURES[name].draw(dataclasses.replace(study, **tables)))


def test_alternative_texts_quote_the_study(study):
    numbers = facts(study)
    assert "gan generator on digits: 5 vanishing" in FIGURES["verdict_matrix"].alt.format_map(numbers)
    assert "latent gradient decay on digits: hurts (−5.9 decades)" in FIGURES["decision_forest"].alt.format_map(
        facts(study)
    )
    norms = study.gradients.query("network == 'generator' and layer == '(all)' and quantity == 'gradient_norm'")
    last = norms[(norms["method"] == "ebgan") & (norms["step"] == 1900)]["value"].median()
    assert f"ebgan on digits {last:.3g} at step 1900" in FIGURES["gradient_overview"].alt.format_map(numbers)


def test_verdict_counts_lose_no_seed(study):
    counts = verdict_counts(study.verdicts)
    assert counts[["healthy", "vanishing", "exploding", "diverged"]].to_numpy().sum() == len(study.verdicts)
    assert words(verdict_matrix(study.verdicts, study.methods)).count("5 healthy") == 6  # 5 discriminators, ebgan


def test_forest_says_each_decision_in_words(study):
    text = words(decision_forest(study.decisions, study.methods))
    assert {word: text.count(word) for word in ("helps", "hurts", "undecided")} == {
        "helps": 2,
        "hurts": 5,  # latent, and all in the cost
        "undecided": 5,
    }


def test_table_of_decisions_has_a_cell_for_each(study):
    text = words(decision_table(study.decisions, study.methods))
    assert "digits · dense · loss minimax · no regulariser · against gan" in text
    assert text.count("×2") == 4  # the cost of every arm, as a multiple
    assert text.count("▲ +") == 2
    assert "article (reconstruction)" in text


def test_undecided_cells_on_which_all_seeds_agree_lean_that_way(study):
    agreed = study.decisions.assign(p=lambda rows: rows["smallest_p"], decision="undecided")
    text = words(decision_table(agreed.query("about == 'quality'"), study.methods))
    assert (text.count("△ +"), text.count("▽ −")) == (3, 1)


def test_quality_draws_every_seed_and_the_floor(study):
    figure = quality_with_floor(study.quality, study.methods)
    panel = figure.subfigs[0].axes[0]
    points = sorted(x for line in panel.lines if line.get_marker() == "o" for x in line.get_xdata())
    shown = study.quality.query("space == 'classifier' and metric == 'fd'")
    np.testing.assert_allclose(points, sorted(shown["value"]))
    assert panel.lines[-1].get_xdata()[0] == pytest.approx(shown["floor"].iloc[0])
    assert metric_name("fd", "classifier") == "FD-cls"


def test_a_wide_metric_is_drawn_on_a_log_axis_with_plain_labels(small):
    rows = small.quality.query("metric == 'fd'")
    wide = rows.assign(value=np.geomspace(1e-5, 1e-2, len(rows)), floor=1e-5)
    figure = quality_with_floor(wide, small.methods)
    assert figure.subfigs[0].axes[0].get_xscale() == "log"
    assert "10⁻⁴" in words(figure)
    assert "$" not in words(figure)


def test_quality_leaves_out_methods_that_a_space_was_not_measured_for(small):
    pixels = small.quality.query("method == 'latent'").assign(space="pixels")
    figure = quality_with_floor(pd.concat([small.quality, pixels]), small.methods)
    shown = [[label.get_text() for label in part.axes[0].get_yticklabels()] for part in figure.subfigs]
    assert shown == [["gan", "latent"], ["latent"]]


def test_cost_bars_charge_the_autoencoder(study):
    panel = cost_bars(study.cost, study.methods).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in panel.patches][5:]  # the second phase ends where the bar ends
    phases = study.cost.groupby(["method", "phase"])["seconds"].median()
    np.testing.assert_allclose(ends, phases.groupby("method").sum().reindex(list(study.methods)))


@pytest.mark.parametrize("C", [1, 3])
def test_mosaic_keeps_every_pixel(C):
    pictures = np.arange(2 * 3 * 4 * 4 * C, dtype=np.uint8).reshape(2, 3, 4, 4, C)
    tiled = mosaic(pictures)
    assert tiled.shape == (9, 14, 4)
    np.testing.assert_array_equal(tiled[5:9, 10:14, :3], np.broadcast_to(pictures[1, 2], (4, 4, 3)))
    assert (tiled[4, :, 3] == 0).all()
