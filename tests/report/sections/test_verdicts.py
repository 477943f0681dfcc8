from aegan.report.sections.verdicts import describe_verdict_criteria, tabulate_verdicts


def test_the_section_shows_every_verdict(sections, study):
    section = sections["verdicts"]
    assert section.title == "Gradient verdicts"
    assert section.shows("verdict_matrix")
    assert len(section.rows) == len(study.verdicts)
    assert [row[3] for row in section.rows] == study.verdicts["verdict"].tolist()


def test_a_verdict_without_step_is_a_dash(study):
    table = tabulate_verdicts(study)
    assert table.headers == ["method", "seed", "network", "verdict", "since step", "layer", "evidence"]
    assert table.note == "In every row: data set digits."
    healthy = [row[4] for row in table.rows if row[3] == "healthy"]
    assert set(healthy) == {"–"}
    assert [header for header, number in zip(table.headers, table.numeric, strict=True) if number] == [
        "seed",
        "since step",
    ]


def test_criteria_come_from_the_config(study):
    settings = {"vanishing_decades": 1.0, "exploding_decades": 2.5, "depth_decades": 3.0, "window": 0.25}
    criteria = describe_verdict_criteria(study, {"verdicts": settings})
    assert "at least 1 decade below the start" in criteria
    assert "at least 2.5 decades above the start" in criteria
    assert "first layer's at least 3 decades below the last layer's" in criteria
    assert "first layer's at least 3 decades above the last layer's" in criteria
    assert "1 decade lost since the peak, exploding at 2.5 decades gained" in criteria
    assert "last 25% of the probed steps" in criteria
