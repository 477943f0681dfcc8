def test_the_section_shows_its_figures_in_order(sections):
    section = sections["dynamics"]
    assert section.title == "Rotation of the training dynamics"
    assert section.shows("eigenvalues", "path_angle")
    assert section.headers == section.rows == []
    assert section.note == ""
