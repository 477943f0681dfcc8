import dataclasses

import numpy as np
import pytest

from aegan.figures.numbers import format_number
from aegan.report.sections.decisions import describe_decision_criteria, tabulate_decisions


def test_the_section_shows_every_comparison(sections, study):
    section = sections["decisions"]
    assert section.title == "Decisions: each method against its baseline"
    assert section.shows("decision_forest")
    decisions = [row[section.headers.index("decision")] for row in section.rows]
    assert decisions == study.decisions["decision"].tolist()
    assert "Intervals are 95% bootstrap intervals" in section.note


def test_time_is_compared_with_the_baseline(study):
    table = tabulate_decisions(study)
    seconds = study.cost.groupby(["method", "seed"], observed=True)["seconds"].sum().groupby("method").median()
    place = table.headers.index("time")
    for values, details, method, baseline in zip(
        table.sort_values, table.details, study.decisions["method"], study.decisions["baseline"], strict=True
    ):
        assert values[place] == pytest.approx(seconds[method])
        assert details[place] == f"×{format_number(seconds[method] / seconds[baseline])}"
        assert details[table.headers.index("method")] == f"against {baseline}"


def test_every_row_names_its_own_baseline_and_what_all_share_is_said_once(study):
    mixed = study.decisions.assign(baseline=study.decisions["method"].map(lambda name: f"plain_{name}"))
    table = tabulate_decisions(dataclasses.replace(study, decisions=mixed))
    assert [details[0] for details in table.details] == [f"against plain_{name}" for name in mixed["method"]]
    assert table.note.endswith("data set digits, loss minimax, architecture dense, precision as the baseline, n 5.")
    assert {"data set", "loss", "n"}.isdisjoint(table.headers)
    other = mixed.assign(loss=["hinge", *mixed["loss"][1:]], n=[7, *mixed["n"][1:]], regulariser="r1")
    table = tabulate_decisions(dataclasses.replace(study, decisions=other))
    settings = [details[table.headers.index("role")] for details in table.details]
    assert settings[:2] == ["with r1, loss hinge, n 7", "with r1, loss minimax, n 5"]
    assert table.note.endswith("data set digits, architecture dense, precision as the baseline.")


def test_a_counted_endpoint_has_no_p_value(study):
    table = tabulate_decisions(study)
    counted = study.decisions["smallest_p"].isna().to_numpy()
    dashes = np.array([row[table.headers.index("p, adjusted")] == "–" for row in table.rows])
    assert counted.any()
    assert dashes[counted].all()
    assert not dashes[~counted].any()


def test_criteria_come_from_the_config(study):
    settings = {
        "confidence": 0.9, "alpha": 0.01, "gradient_margin": 0.3, "conditioning_margin": 1.0, "quality_margin": 0.2,
        "coverage_margin": 0.07, "cost_margin": 0.4, "false_discovery_rate": 0.1,
    }  # fmt: skip
    criteria = describe_decision_criteria(study, {"report": settings}).replace("\u00a0", " ")
    assert "90% bootstrap intervals" in criteria
    assert "p < 0.01 after Holm" in criteria
    assert "Replications" not in criteria
    again = dataclasses.replace(study, decisions=study.decisions.assign(family="replication"))
    replicated = describe_decision_criteria(again, {"report": settings}).replace("\u00a0", " ")
    assert "p < 0.01 after Holm" in replicated
    assert (
        "at 0.01 over twice the number of primary comparisons. Each of the two families errs in at most 1%"
        in replicated
    )
    assert "±0.3 decades of gradient, ±1 decade of condition number, ±0.2 decades of FD-cls or ±0.07 of" in criteria
    assert "differs by more than 0.4 decades." in criteria
    assert "at a false discovery rate of 10% (Benjamini and Hochberg)" in criteria


def test_secondary_rows_and_those_that_are_no_evidence_say_so_in_words_and_look(study):
    latent = study.decisions["method"] == "latent"
    mixed = study.decisions.assign(
        differs=latent.map({True: "D sees codes", False: ""}),
        baseline_architecture=latent.map({True: "conv", False: "dense"}),
        baseline_parameters=99_000,
    )
    table = tabulate_decisions(dataclasses.replace(study, decisions=mixed))
    place = table.headers.index("decision")
    words = mixed["family"].where(~latent, "not evidence about the role: D sees codes")
    assert [details[place] for details in table.details] == words.tolist()
    assert list(table.row_classes) == ["" if word == "primary" else "other" for word in words]
    sizes = table.headers.index("parameters")
    assert {(row[sizes], details[sizes]) for row, details in zip(table.rows, table.details, strict=True)} == {
        ("210,000", "against 99,000")
    }
    settings = [details[table.headers.index("role")] for details in table.details]
    assert {text for text, unmatched in zip(settings, latent, strict=True) if unmatched} == {
        "architecture dense against conv"
    }


def test_an_interval_of_improvement_that_is_a_point_says_so(study):
    sure = study.decisions.assign(improvement=1.0, improvement_low=1.0, improvement_high=1.0)
    table = tabulate_decisions(dataclasses.replace(study, decisions=sure))
    column = table.headers.index("P(better run)")
    assert {row[column] for row in table.details} == {"no interval: all resamples agree"}


def test_a_row_counts_its_tied_pairs(study):
    tied = study.decisions.assign(tied=[3, *[0] * (len(study.decisions) - 1)])
    table = tabulate_decisions(dataclasses.replace(study, decisions=tied))
    place = table.headers.index("decision")
    assert [details[place] for details in table.details[:2]] == ["primary, 3 of 5 pairs tied", "secondary"]
