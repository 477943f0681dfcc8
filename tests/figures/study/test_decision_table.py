"""Decision table: a cell per method and endpoint."""

from itertools import pairwise

import pandas as pd
from matplotlib.patches import Rectangle

from aegan.analysis.endpoints import ENDPOINTS
from aegan.figures.study.decision_table import LEANING, MARKS, OF_FEW_METHODS, SUBHEADINGS, describe, draw


def test_table_of_decisions_has_a_cell_for_each(study, words):
    text = words(draw(study.decisions, study.methods))
    assert "digits · dense · loss minimax · no regulariser · against gan" in text
    assert text.count("×2") == 4  # the cost of every arm, as a multiple
    assert text.count("▲ +") == 2
    assert "article reconstruction" in text  # its role stands below it


def test_no_cell_and_no_heading_runs_into_the_next(study):
    every = pd.concat([study.decisions.assign(outcome=e.label, about=e.category) for e in ENDPOINTS.values()])
    figure = draw(every.drop_duplicates(["method", "outcome"]), [*study.methods, "a_method_of_a_long_name"])
    figure.draw_without_rendering()
    cells = [own.get_window_extent() for own in figure.axes[0].patches if isinstance(own, Rectangle)]
    texts = [own for own in figure.axes[0].texts if own.get_text()[:1] in (*MARKS.values(), *LEANING)]
    assert len(texts) == len(cells) > 40
    for text, cell in zip(texts, cells, strict=True):
        assert text.get_window_extent().width <= cell.width
    headings = [own for own in figure.axes[0].texts if own.get_rotation()]
    starts = [own.get_window_extent().x0 for own in headings]
    assert min(b - a for a, b in pairwise(starts)) > headings[0].get_fontsize()


def test_a_comparison_of_tied_pairs_alone_has_no_number(study, words):
    tied = study.decisions.query("about == 'quality'").assign(effect=float("nan"), decision="undecided")
    assert words(draw(tied, study.methods)).count("○ –") == len(tied)


def test_undecided_cells_on_which_all_seeds_agree_lean_that_way(study, words):
    agreed = study.decisions.assign(p=lambda rows: rows["smallest_p"], decision="undecided")
    text = words(draw(agreed.query("about == 'quality'"), study.methods))
    assert (text.count("△ +"), text.count("▽ −")) == (3, 1)


def test_subheadings_are_of_outcomes_that_share_a_heading():
    categories = [endpoint.category for endpoint in ENDPOINTS.values()]
    shared = {e.label for e in ENDPOINTS.values() if categories.count(e.category) > 1}
    assert set(SUBHEADINGS) <= shared


def test_endpoints_of_few_methods_have_no_column(study, words):
    assert set(OF_FEW_METHODS) == {own.label for name, own in ENDPOINTS.items() if name.endswith("_samples")}
    few = study.decisions.query("about == 'quality'").assign(outcome=OF_FEW_METHODS[0], about="vanishing")
    every = pd.concat([study.decisions, few], ignore_index=True)
    assert words(draw(every, study.methods)) == words(draw(study.decisions, study.methods))


def test_the_alternative_text_has_every_decision(study):
    said = describe(study.decisions)
    assert said.count(";") == len(study.decisions) - 1
    assert "ebgan against gan, gradient decay on digits: helps (+3.9 decades)" in said


def test_only_primary_decisions_have_full_colour_and_what_is_no_evidence_has_none(study, words):
    rows = study.decisions.query("outcome == 'gradient decay' and method != 'warm_start'")
    rows = rows.assign(differs=["", "", "smaller D"], family=["primary", "secondary", "secondary"])
    figure = draw(rows, study.methods)
    cells = [patch.get_facecolor()[3] for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert cells == [1.0, 0.25, 0.0]
    assert "ebgan (≠)" in words(figure)


def test_a_replication_has_its_mark_and_a_legend(study, words):
    rows = study.decisions.query("outcome == 'gradient decay' and method != 'warm_start'")
    assert "(r)" not in words(draw(rows, study.methods))
    again = rows.assign(dataset="fashion", family=["replication", "replication", "secondary"])
    text = words(draw(pd.concat([rows, again]), study.methods))
    assert text.count("(r)") == 3  # two cells and the legend
    assert "(r) replication" in text
