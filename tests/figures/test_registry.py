"""Every figure of the registry: drawn from any study, twice alike, with a text that quotes it."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.endpoints import ENDPOINTS
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg

# These are drawn by the function that draws gradient_layers.
DISTINCT = [
    name
    for name in FIGURES
    if name not in ("update_ratio", "saturation", "dead_gradients", "rounding", "autoencoder_gradients")
]


@pytest.fixture(scope="module")
def smallest(build):
    study = build(methods=("gan",), seeds=[0], steps=1, slim=True)
    return study, {name: to_svg(FIGURES[name].draw_study(study)) for name in DISTINCT}


def words_in(svg):
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


@pytest.mark.parametrize("name", DISTINCT)
def test_drawing_twice_gives_the_same_bytes(name, smallest):
    study, drawn = smallest
    assert to_svg(FIGURES[name].draw_study(study)) == drawn[name]


@pytest.mark.parametrize("name", FIGURES)
def test_an_empty_study_says_why_there_is_nothing(name, study, words):
    shown = {f.name: getattr(study, f.name) for f in dataclasses.fields(study)}
    empty = {key: value.iloc[:0] for key, value in shown.items() if isinstance(value, pd.DataFrame)}
    empty |= {
        key: {}
        for key in (
            "samples",
            "originals",
            "reconstructions",
            "worst_reconstructions",
            "qualitative_samples",
            "raw_data",
        )
    }
    bare = dataclasses.replace(study, **empty)
    assert "Nothing to show" in words(FIGURES[name].draw_study(bare))
    assert "{" not in FIGURES[name].describe_study(bare)


def test_every_figure_of_the_smallest_study_can_be_drawn(smallest):
    _, drawn = smallest
    assert {name for name, svg in drawn.items() if "Nothing to show" in words_in(svg)} == {
        "decision_table",
        "decision_forest",
        "mechanism",
    }


def test_every_figure_of_two_data_sets_in_colour_can_be_drawn(build, words):
    shape = {"methods": ("gan", "latent"), "datasets": ("digits", "colours"), "seeds": [3, 7], "steps": 2}
    study = build(**shape, slim=True, colour=True)
    assert not [name for name in DISTINCT if "Nothing to show" in words(FIGURES[name].draw_study(study))]


def test_a_method_that_a_data_set_does_not_run_has_no_row_and_no_panel_there(build, words):
    """Every table and array lacks it there; figures that draw a row or a panel per method leave it out."""
    study = build(methods=("gan", "latent"), datasets=("digits", "colours"), seeds=[3, 7], steps=2, slim=True)
    shown = {f.name: getattr(study, f.name) for f in dataclasses.fields(study)}
    runs = {"method", "dataset"}
    tables = {
        key: value[~((value["method"] == "latent") & (value["dataset"] == "colours"))]
        for key, value in shown.items()
        if isinstance(value, pd.DataFrame) and runs <= set(value.columns)
    }
    arrays = {
        key: {run: own for run, own in shown[key].items() if run != ("colours", "latent")}
        for key in ("samples", "qualitative_samples")
    }
    part = dataclasses.replace(study, **tables, **arrays)
    for name in DISTINCT:
        figure = FIGURES[name].draw_study(part)
        assert "Nothing to show" not in words(figure)
        assert not [axes for axes in figure.axes if axes.get_visible() and not axes.has_data() and axes.axison], name
        assert "latent on colours" not in FIGURES[name].describe_study(part)
    for name in ("cost", "verdict_matrix", "decomposition"):
        rows = [[text.get_text() for text in axes.get_yticklabels()] for axes in FIGURES[name].draw_study(part).axes]
        assert sorted(own for own in rows if any(own)) == [["gan"], ["gan", "latent"]], name


def test_twelve_methods_without_labels_can_be_drawn(build, words):
    study = build(methods=("gan", *map(str, range(11))), seeds=[0, 1], steps=2, slim=True, labelled=False)
    for name in ("gradient_overview", "verdict_matrix", "cost"):
        shown = words(FIGURES[name].draw_study(study)).split()
        assert set(study.methods) <= set(shown)
    assert len(to_svg(FIGURES["latents"].draw_study(study))) > 10_000


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
@pytest.mark.parametrize("name", ["gradient_overview", "gradient_layers", "discriminator", "quality"])
def test_degenerate_values_can_be_drawn(name, value, smallest, words):
    study, _ = smallest
    tables = {key: getattr(study, key).assign(value=value) for key in ("gradients", "autoencoders", "quality")}
    shown = words(FIGURES[name].draw_study(dataclasses.replace(study, **tables)))
    # zeros on linear axes are all that the discriminator has; on a logarithmic axis and beside a floor they are marked
    flat = name == "discriminator" and value == 0
    assert ("Nothing to show: every value is 0." if flat else "gan") in shown


def test_alternative_texts_quote_the_study(study):
    assert "gan generator on digits: 5 vanishing" in FIGURES["verdict_matrix"].describe_study(study)
    assert "latent against gan, gradient decay on digits: hurts (−5.9 decades)" in FIGURES[
        "decision_forest"
    ].describe_study(study)
    norms = study.gradients.query("network == 'generator' and layer == '(all)' and quantity == 'gradient_norm'")
    last = norms[(norms["method"] == "ebgan") & (norms["step"] == 1900)]["value"].median()
    assert f"ebgan on digits {last:.3g} at step 1900" in FIGURES["gradient_overview"].describe_study(study)


def test_figures_of_probes_left_out_say_that_nothing_was_recorded(build):
    study = build(seeds=[0, 1], steps=3)
    gradients = study.gradients[study.gradients["quantity"].isin(["gradient_norm", "zero_fraction", "diverged"])]
    bare = dataclasses.replace(study, gradients=gradients)
    empty = {name for name, spec in FIGURES.items() if "Nothing to show" in to_svg(spec.draw_study(bare))}
    assert empty == {"update_ratio", "saturation", "rounding", "discriminator", "losses"}
    assert all(FIGURES[name].describe_study(bare) for name in empty)


def test_figures_of_a_section_stand_together_in_the_order_of_the_report():
    sections = [spec.section for spec in FIGURES.values()]
    assert sections == sorted(sections, key=sections.index)
    first = {spec.section: name for name, spec in reversed(FIGURES.items())}
    assert first == {
        "answer": "decision_table",
        "data": "raw_data",
        "verdicts": "verdict_matrix",
        "decisions": "decision_forest",
        "mechanism": "mechanism",
        "gradients": "weather",
        "diagnosis": "probe_curves",
        "dynamics": "eigenvalues",
        "samples": "samples",
        "autoencoders": "reconstructions",
        "quality": "quality",
        "cost": "cost",
    }


def test_curves_are_claimed_only_for_categories_that_endpoints_have():
    categories = {endpoint.category for endpoint in ENDPOINTS.values()}
    assert set().union(*(spec.shows for spec in FIGURES.values())) <= categories
    assert {"vanishing", "quality"} <= set(FIGURES["gradient_overview"].shows + FIGURES["quality"].shows)
