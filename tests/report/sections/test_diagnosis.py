def test_the_section_shows_its_figures_in_order(sections):
    section = sections["diagnosis"]
    assert section.title == "Frozen-generator probe"
    assert section.shows("probe_curves", "equal_accuracy", "decomposition")
    assert section.headers == section.rows == []
    assert section.note == ""
