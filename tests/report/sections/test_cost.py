import dataclasses

import pandas as pd
import pytest

from aegan.report.sections.cost import tabulate_cost


def test_the_section_shows_the_median_cost(sections):
    section = sections["cost"]
    assert section.title == "Cost"
    assert section.shows("cost")
    assert section.headers == ["method", "phase", "time", "rounds", "arithmetic", "parameters"]


def test_the_median_is_taken_over_seeds(study):
    table = tabulate_cost(study)
    groups = study.cost.groupby(["dataset", "method", "phase"], observed=True)
    assert len(table.rows) == len(groups)
    medians = {("digits", *row[:2]): values[2] for row, values in zip(table.rows, table.sort_values, strict=True)}
    for key, own in groups:
        assert medians[key] == pytest.approx(own["seconds"].median())


def test_numbers_have_units(study):
    one = pd.DataFrame(
        [("digits", "gan", 0, "gan", 7200.0, 2000, 3.4e9, 27_073)],
        columns=["dataset", "method", "seed", "phase", "seconds", "rounds", "flops", "parameters"],
    )
    (row,) = tabulate_cost(dataclasses.replace(study, cost=one)).rows
    assert row == ["digits", "gan", "gan", "2 h", "2000", "3.4 GFLOP", "27.1 k"]
