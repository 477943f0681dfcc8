from aegan.figures.registry import FIGURES
from aegan.report import page
from aegan.report.section_spec import SectionSpec
from aegan.report.tables import Table


def test_a_new_section_needs_neither_figures_nor_note(study, config, monkeypatch):
    plain = SectionSpec("plain", "A plain title", "Its lead.")
    full = SectionSpec(
        "full",
        "A full title",
        "Its lead.",
        lambda study: Table("Methods", ["method"], [[method] for method in study.methods], [False]),
        lambda study, config: f"{study.name} at level {config['report']['alpha']}",
    )
    monkeypatch.setattr(page, "SECTIONS", (plain, full))
    html = page.render_report(study, dict.fromkeys(FIGURES, "<svg/>"), {}, config, [])
    first, second = html.split('<section id="plain">')[1].split('<section id="full">')
    assert "<h2>A plain title</h2>" in first
    assert "<figure" not in first
    assert 'class="note"' not in first
    assert "<table" not in first
    assert f'<p class="note">{study.name} at level 0.05</p>' in second
    assert f"<summary>Methods ({len(study.methods)} rows)</summary>" in second
    assert '<a href="#full">A full title</a>' in html
