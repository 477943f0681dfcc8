"""Mechanism of decided comparisons: what is drawn filled is what the table says bears on a difference."""

import pytest

from aegan.figures.part_marks import LANES
from aegan.figures.study.mechanism import PANELS, describe, draw, select_explained
from aegan.figures.style import PAPER
from aegan.tables import FACTORS


def rows_of(axes):
    """The marks of a panel, a list per comparison: (effect, whether it is filled)."""
    return [
        (line.get_xdata()[0], line.get_markerfacecolor() != PAPER)
        for line in axes.lines
        if line.get_marker() not in ("None", None, "")
    ]


def panel(figure, name):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == PANELS[name].title)


def test_marks_are_the_contributions_and_filled_ones_bear_on_the_difference(study):
    figure = draw(study.mechanism, study.decisions)
    own = study.mechanism[
        (study.mechanism["reading"] == "lost") & study.mechanism["method"].isin(["article", "latent", "ebgan"])
    ]
    assert rows_of(panel(figure, "lost")) == list(zip(own["effect"], own["bearing"] != "open", strict=True))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [own.title for own in PANELS.values()]


def test_rows_are_decided_comparisons_with_their_decision(study, texts):
    written = texts(draw(study.mechanism, study.decisions))
    assert [word for word in written if word in study.methods] == [
        "article",
        "latent",
        "ebgan",
    ]  # warm_start is undecided
    assert written.count("▲ gradient decay") == 2
    assert written.count("▼ gradient decay") == 1
    assert "▼ arithmetic" not in written  # counted, and no matter of gradients


def test_numbers_stand_beside_what_bears_on_it_and_speed_is_a_multiple(study, words):
    text = words(draw(study.mechanism, study.decisions))
    assert "+1.40" in text  # the slope of article
    assert "+1.50" not in text or "−7.00" in text
    assert "×15.8" in text
    assert "3%" in text


def test_only_comparisons_of_the_finding_are_shown_if_there_are_any(study):
    assert set(select_explained(study.decisions)["family"]) == {"primary"}
    secondary = study.decisions.assign(family="secondary")
    assert set(select_explained(secondary)["method"]) == {"article", "latent", "ebgan"}
    assert select_explained(study.decisions.assign(differs="wider D")).empty


def test_readings_that_were_not_made_have_no_panel(study, words):
    some = study.mechanism[study.mechanism["reading"].isin(["level", "speed"])]
    titles = [axes.get_title(loc="left") for axes in draw(some, study.decisions).axes]
    assert titles == [PANELS["level"].title, PANELS["speed"].title]
    assert "Nothing to show" in words(draw(study.mechanism.iloc[:0], study.decisions))


@pytest.mark.parametrize("end", [float("inf"), float("-inf")])
def test_intervals_without_end_are_drawn_to_the_edge(study, end):
    name = "high" if end > 0 else "low"
    axes = panel(draw(study.mechanism.assign(**{name: end}), study.decisions), "lost")
    marks = [line for line in axes.lines if line.get_transform() == axes.transData]
    low, high = axes.get_xlim()
    assert -20 < low < high < 20
    assert all(low <= place <= high for line in marks for place in line.get_xdata())


def test_the_description_quotes_what_bears_on_a_difference(study):
    text = describe(study.mechanism, study.decisions)
    assert "article against gan on digits, gradient lost at equal cross-entropy: slope of the loss +1.4" in text
    assert "warm_start" not in text
    assert "rest" not in text
    assert set(FACTORS) < set(LANES)
