import dataclasses

import pandas as pd

from aegan.report.sections.quality import describe_metrics, tabulate_quality


def test_the_section_shows_metrics_beside_their_floor(sections):
    section = sections["quality"]
    assert section.title == "Sample quality"
    assert section.shows("quality", "performance_profiles")
    assert section.headers[:5] == ["space", "metric", "method", "median", "floor"]
    assert "FD-cls is not FID" in section.lead


def test_seeds_are_summarised_by_median_and_range(study):
    cell = {"dataset": "digits", "method": "gan", "space": "classifier", "metric": "fd", "floor": 0.5, "n": 9}
    quality = pd.DataFrame([cell | {"seed": seed, "value": value} for seed, value in enumerate([3.0, 1.0, 8.0])])
    few = dataclasses.replace(study, quality=quality, ladder=study.ladder[:0])
    table = tabulate_quality(few)
    assert table.rows == [["digits", "classifier", "FD-cls", "gan", "3", "0.5", "9", "lower", "–"]]
    assert table.details[0][table.headers.index("median")] == "1 to 8"


def test_nothing_is_said_of_a_ladder_that_was_not_measured(study, config):
    assert describe_metrics(dataclasses.replace(study, ladder=study.ladder[:0]), config) == ""
