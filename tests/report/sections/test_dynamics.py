from aegan.report.sections.dynamics import note_dynamics


def test_the_section_shows_its_figures_in_order(sections):
    section = sections["dynamics"]
    assert section.title == "Rotation of the training dynamics"
    assert section.shows("eigenvalues", "path_angle")
    assert section.headers == section.rows == []
    assert section.note == ""


def test_the_section_says_that_the_dynamics_were_switched_off(study, config):
    assert note_dynamics(study, config) == ""
    alone = note_dynamics(study, config | {"diagnosis": {"eigenvalues": 0}})
    assert alone == "Not measured: the config has `diagnosis: {eigenvalues: 0}`."
    without = {key: value for key, value in config.items() if key != "diagnosis"}
    assert note_dynamics(study, without) == "Not measured: the config has `diagnosis: off`."
