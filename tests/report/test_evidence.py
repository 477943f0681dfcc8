import dataclasses

import numpy as np
import pandas as pd

from aegan.figures.registry import FIGURES
from aegan.report.evidence import list_evidence


def find(study, method, outcome, shown=FIGURES):
    comparisons = {own.sides[0].method: own for own in list_evidence(study, shown)}
    return comparisons[method], next(own for own in comparisons[method].evidence if own.outcome == outcome)


def test_every_comparison_has_its_pairs(study):
    for row in study.decisions.itertuples():
        _, found = find(study, row.method, row.outcome)
        assert found.anchor == f"pairs-{row.Index}"
        assert found.decision == row.decision
        assert len(found.rows) == (0 if np.isnan(row.p) else 5)
        assert len(found.chart.lines) + found.chart.missing == len(found.rows)
    anchors = [found.anchor for own in list_evidence(study, FIGURES) for found in own.evidence]
    assert sorted(anchors) == sorted(set(anchors))


def test_values_and_their_difference_are_written_with_what_has_no_number(study):
    inf, nan = np.inf, np.nan
    values = {"seed": range(5), "value": [1.5, inf, inf, nan, 2.0], "baseline_value": [1.0, inf, 3.0, 1.0, 2.0]}
    which = {"dataset": "digits", "method": "article", "baseline": "gan", "outcome": "gradient decay"}
    _, found = find(dataclasses.replace(study, pairs=pd.DataFrame(values).assign(**which)), "article", "gradient decay")
    assert found.rows == [
        ["0", "1.5", "1", "+0.5"],
        ["1", "∞", "∞", "0"],
        ["2", "∞", "3", "+∞"],
        ["3", "none", "1", "–"],
        ["4", "2", "2", "0"],
    ]
    assert found.chart.missing == 1


def test_both_sides_networks_the_family_and_the_difference_are_said(study):
    sides = {"baseline_architecture": "conv", "baseline_parameters": 99_000, "differs": "D sees codes"}
    comparison, found = find(dataclasses.replace(study, decisions=study.decisions.assign(**sides)), "latent", "FD-cls")
    assert comparison.title == "latent against gan on digits"
    assert [tuple(side) for side in comparison.sides] == [("latent", "dense", "210,000"), ("gan", "conv", "99,000")]
    assert comparison.differs == "D sees codes"
    assert found.family == "not evidence about the role"
    assert find(study, "latent", "FD-cls")[1].family == "secondary comparison"
    assert find(study, "latent", "gradient decay")[1].effect == "5.9 decades worse, interval −6.6 to −5.1, n 5"


def test_the_curves_are_those_figures_on_the_page_that_show_such_endpoints(study):
    assert [own.name for own in find(study, "ebgan", "gradient decay")[1].curves][:1] == ["gradient_overview"]
    _, found = find(study, "ebgan", "FD-cls", {"samples", "quality"})
    assert {own.name for own in found.curves} == {"samples", "quality"}
