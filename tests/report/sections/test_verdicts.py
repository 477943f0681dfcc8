from aegan.config.verdicts import Verdicts
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
    stable = [row[4] for row in table.rows if row[3] == "stable"]
    assert set(stable) == {"–"}
    assert [header for header, number in zip(table.headers, table.numeric, strict=True) if number] == [
        "seed",
        "since step",
    ]


def test_criteria_come_from_the_config(study):
    given = {"shrinking_decades": 1.5, "exploding_decades": 2.5, "depth_decades": 3.0, "window": 0.25}
    given |= {"fresh_vanishing_decades": 1.75, "stalled_share": 0.3, "exploding_norm": 500.0}
    criteria = describe_verdict_criteria(study, {"verdicts": Verdicts(**given).to_params()})
    for words in (
        "shrinking if it ends at least 1.5 decades below the start, growing at least 1 decade above",
        "the first 2% and the last 25% of the rounds",
        "in at least 30% of the rounds the norm has shrunk while the loss is hardly lower",
        "at least 3 decades in networks of three to five layers, 0.4 decades per layer in deeper ones",
        "loses at least 1.75 decades since its peak",
        "at least 2.5 decades above the start, a discriminator's norm above 500",
    ):
        assert words in criteria


def test_of_many_verdicts_the_faults_are_shown_and_the_others_counted(study, monkeypatch):
    monkeypatch.setattr("aegan.report.sections.verdicts.MOST_VERDICTS", len(study.verdicts) - 1)
    table = tabulate_verdicts(study)
    faults = study.verdicts["verdict"][~study.verdicts["verdict"].isin(["stable", "shrinking", "growing"])]
    assert [row[3] for row in table.rows] == faults.tolist()
    assert table.caption == "Every fault"
    assert table.note.startswith(f"The other {len(study.verdicts) - len(faults)} verdicts are no faults")
