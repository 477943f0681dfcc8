from aegan.figures.registry import FIGURES
from aegan.report.page import ANSWER
from aegan.report.section_registry import SECTIONS

ANCHORS = [section.anchor for section in SECTIONS]


def test_sections_have_their_order():
    order = [
        "verdicts",
        "decisions",
        "gradients",
        "diagnosis",
        "dynamics",
        "samples",
        "autoencoders",
        "quality",
        "cost",
    ]
    assert [anchor for anchor in ANCHORS if anchor in order] == order


def test_every_section_has_an_anchor_a_title_and_a_lead_of_its_own():
    assert len(set(ANCHORS)) == len(ANCHORS)
    assert {ANSWER, "reproductions", "provenance", "reproduce"}.isdisjoint(ANCHORS)  # those of the page itself
    assert len({section.title for section in SECTIONS}) == len(SECTIONS)
    assert all(section.lead.endswith(".") for section in SECTIONS)


def test_every_figure_belongs_to_a_section_and_every_section_shows_something():
    illustrated = {spec.section for spec in FIGURES.values()}
    assert illustrated <= {ANSWER, *ANCHORS}
    assert [section.anchor for section in SECTIONS if section.anchor not in illustrated and not section.table] == []


def test_the_answer_shows_decisions_before_gradients():
    answer = [name for name, spec in FIGURES.items() if spec.section == ANSWER]
    assert answer.index("decision_table") < answer.index("gradient_overview")
