def test_the_section_shows_its_figures_in_order(sections):
    section = sections["samples"]
    assert section.title == "Generated samples"
    assert section.shows("samples", "film", "interpolations", "neighbours")
    assert section.headers == section.rows == []
    assert section.note == ""
