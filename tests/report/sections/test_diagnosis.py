from aegan.report.sections.diagnosis import note_switch


def test_the_section_shows_its_figures_in_order(sections):
    section = sections["diagnosis"]
    assert section.title == "Frozen-generator probe"
    assert section.shows("probe_curves", "equal_cross_entropy", "decomposition")
    assert section.headers == section.rows == []
    assert section.note == ""


def test_the_section_says_that_the_diagnosis_was_switched_off(study, config):
    assert note_switch(study, config) == ""
    without = {key: value for key, value in config.items() if key != "diagnosis"}
    assert note_switch(study, without) == "Not measured: the config has `diagnosis: off`."
